package dev.rowhound.http.recipe;

import dev.rowhound.app.tryout.TryOuts;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.http.stream.SilentConnection;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** Runs a recipe on a few keys and answers with the results. The run is aborted if the client disconnects. */
record TryOutHandler(TryOuts tryOuts) {
    /** {@code POST /api/v1/recipes/{name}/try}. */
    void handle(RoutingContext context) {
        Promise<Void> gone = Promise.promise();
        context.response().closeHandler(closed -> gone.tryComplete());
        tryOuts.read(
                        RequestScope.of(context).caller(),
                        context.pathParam("name"),
                        context.body().asString())
                .compose(request -> {
                    // Processing a key may take longer than the idle time-out.
                    SilentConnection.allowToAnswer(context.request());
                    return tryOuts.run(request, gone.future());
                })
                .onSuccess(trials -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(trials))
                .onFailure(context::fail);
    }
}
