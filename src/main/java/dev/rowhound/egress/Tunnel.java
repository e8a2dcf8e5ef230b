package dev.rowhound.egress;

import dev.rowhound.net.Authority;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;

/**
 * Forwards bytes between two connections with backpressure. The browser speaks first, as in TLS and HTTP: Chromium
 * considers the tunnel failed if data arrives together with the response to its CONNECT. The bytes from the web are
 * counted from the start of the item, because the end of a response is invisible inside TLS.
 */
final class Tunnel {
    private final BrowserProxy proxy;
    private final Authority target;
    private final NetSocket browser;
    private final NetSocket web;
    private long item;
    private long bytes;

    private Tunnel(BrowserProxy proxy, Authority target, NetSocket browser, NetSocket web) {
        this.proxy = proxy;
        this.target = target;
        this.browser = browser;
        this.web = web;
        this.item = proxy.item();
    }

    /**
     * Connects the two sockets; when one closes, so does the other.
     *
     * @param ended called when the browser's socket has closed
     */
    static void join(BrowserProxy proxy, Authority target, NetSocket browser, NetSocket web, Runnable ended) {
        Tunnel tunnel = new Tunnel(proxy, target, browser, web);
        browser.exceptionHandler(e -> browser.close());
        web.exceptionHandler(e -> web.close());
        // end() flushes pending writes first.
        web.closeHandler(v -> browser.end());
        browser.closeHandler(v -> {
            web.end();
            ended.run();
        });
        web.handler(tunnel::forward);
        browser.handler(first -> {
            browser.handler(buffer -> send(buffer, browser, web));
            web.resume();
            send(first, browser, web);
        });
    }

    private void forward(Buffer buffer) {
        if (item != proxy.item()) {
            item = proxy.item();
            bytes = 0;
        }
        bytes += buffer.length();
        proxy.countBytes(buffer.length());
        if (bytes > proxy.maxBytes()) {
            proxy.tooLarge(target);
            web.close();
            browser.close();
            return;
        }
        send(buffer, web, browser);
    }

    private static void send(Buffer buffer, NetSocket from, NetSocket to) {
        to.write(buffer);
        if (to.writeQueueFull()) {
            from.pause();
            to.drainHandler(v -> from.resume());
        }
    }
}
