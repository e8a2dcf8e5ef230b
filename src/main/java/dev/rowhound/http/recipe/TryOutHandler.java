package dev.rowhound.http.recipe;

import dev.rowhound.app.tryout.TryOuts;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.http.stream.SilentConnection;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** Has a recipe tried on a few keys, and answers when that is done. A caller who leaves ends it. */
record TryOutHandler(TryOuts tryOuts) {
    /** {@code POST /api/v1/recipes/{name}/try}. */
    void handle(RoutingContext context) {
        Promise<Void> gone = Promise.promise();
        context.response().closeHandler(closed -> gone.tryComplete());
        tryOuts.read(
                        RequestScope.of(context).caller(),
                        context.pathParam("name"),
                        context.body().asString())
                .compose(wanted -> {
                    // A look-up may take longer than the server lets a connection be silent.
                    SilentConnection.allowToAnswer(context.request());
                    return tryOuts.run(wanted, gone.future());
                })
                .onSuccess(trials -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(trials))
                .onFailure(context::fail);
    }
}
