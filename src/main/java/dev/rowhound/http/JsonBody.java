package dev.rowhound.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.PlatformHandler;

/** Takes a body that is JSON whatever its client calls it: curl's {@code -d} calls it a form, which has other bounds. */
final class JsonBody {
    private JsonBody() {}

    /** Lets the route's next handlers find the body at {@code context.body()}; a larger one is refused with 413. */
    static Route on(Route route, int maxBytes) {
        // A handler of the platform may come before that of the body.
        PlatformHandler name = context -> {
            context.request().headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
            context.next();
        };
        return route.handler(name).handler(BodyHandler.create(false).setBodyLimit(maxBytes));
    }
}
