package dev.rowhound.egress;

import dev.rowhound.net.Authority;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;

/**
 * Two connections that carry each other's bytes, at the pace of the slower one. The browser speaks first, as in TLS and
 * in HTTP: Chromium calls the tunnel itself failed when bytes of the web come together with the answer to its CONNECT.
 * What comes from the web is counted from the beginning of the item, for inside of TLS nobody knows where an answer
 * ends.
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
     * Joins the two; when one ends, so does the other.
     *
     * @param ended called when the browser's has ended
     */
    static void join(BrowserProxy proxy, Authority target, NetSocket browser, NetSocket web, Runnable ended) {
        Tunnel tunnel = new Tunnel(proxy, target, browser, web);
        browser.exceptionHandler(e -> browser.close());
        web.exceptionHandler(e -> web.close());
        // What has been written before goes out first.
        web.closeHandler(v -> browser.end());
        browser.closeHandler(v -> {
            web.end();
            ended.run();
        });
        web.handler(tunnel::bring);
        browser.handler(first -> {
            browser.handler(buffer -> send(buffer, browser, web));
            web.resume();
            send(first, browser, web);
        });
    }

    private void bring(Buffer buffer) {
        if (item != proxy.item()) {
            item = proxy.item();
            bytes = 0;
        }
        bytes += buffer.length();
        proxy.brought(buffer.length());
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
