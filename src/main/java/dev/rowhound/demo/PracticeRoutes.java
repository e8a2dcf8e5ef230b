package dev.rowhound.demo;

import dev.rowhound.cache.LruMap;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The routes of the practice pages under {@code /practice}. A limited number of logins and captchas is kept in memory.
 */
final class PracticeRoutes {
    private static final String USER = "demo";
    private static final String PASSWORD = "rowhound";
    private static final String COOKIE = "practice";
    private static final int MAX_FORM_BYTES = 10_000;

    /** The limit of logins and of captchas; the least recently used one is evicted first. */
    private static final int MAX_ENTRIES = 10_000;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, String> members = new LruMap<>(MAX_ENTRIES);
    private final Map<String, String> captchas = new LruMap<>(MAX_ENTRIES);
    private String newest = "";

    void mount(Router router) {
        BodyHandler forms = BodyHandler.create(false).setBodyLimit(MAX_FORM_BYTES);
        router.get("/practice").handler(ctx -> html(ctx, 200, PracticePages.index()));
        router.get("/practice/search").handler(this::search);
        router.get("/practice/company/:code")
                .handler(ctx -> company(ctx).ifPresent(it -> html(ctx, 200, PracticePages.company(it))));
        router.get("/practice/branches/:code").handler(this::branches);
        router.get("/practice/login").handler(ctx -> html(ctx, 200, PracticePages.login(false)));
        router.post("/practice/login").handler(forms).handler(this::login);
        router.get("/practice/phone/:code").handler(this::phone);
        router.get("/practice/register/:code").handler(ctx -> company(ctx).ifPresent(it -> ask(ctx, it, false)));
        router.post("/practice/register/:code").handler(forms).handler(this::answer);
        router.get("/practice/captcha/:file").handler(this::picture);
    }

    private void search(RoutingContext ctx) {
        String code = ctx.request().getParam("code");
        Company company = code == null ? null : Companies.find(code.strip()).orElse(null);
        html(ctx, 200, PracticePages.search(code, company));
    }

    private void branches(RoutingContext ctx) {
        String page = ctx.request().getParam("page", "1");
        int number = page.matches("[1-9]") ? page.charAt(0) - '0' : 1;
        company(ctx).ifPresent(it -> html(ctx, 200, PracticePages.branches(it, number)));
    }

    private void login(RoutingContext ctx) {
        boolean right = USER.equals(ctx.request().getFormAttribute("user"))
                && PASSWORD.equals(ctx.request().getFormAttribute("password"));
        if (!right) {
            html(ctx, 200, PracticePages.login(true));
            return;
        }
        String member = token();
        members.put(member, USER);
        ctx.response()
                .addCookie(Cookie.cookie(COOKIE, member).setPath("/practice").setHttpOnly(true));
        redirect(ctx, "/practice");
    }

    private void phone(RoutingContext ctx) {
        Cookie cookie = ctx.request().getCookie(COOKIE);
        String user = cookie == null ? null : members.get(cookie.getValue());
        if (user == null) {
            redirect(ctx, "/practice/login");
            return;
        }
        company(ctx).ifPresent(it -> html(ctx, 200, PracticePages.phone(it, user)));
    }

    private void ask(RoutingContext ctx, Company company, boolean wrong) {
        String id = token();
        captchas.put(id, "%05d".formatted(RANDOM.nextInt(100_000)));
        newest = id;
        html(ctx, 200, PracticePages.captcha(company.code(), id, wrong));
    }

    /** Each captcha accepts one answer. */
    private void answer(RoutingContext ctx) {
        String id = ctx.request().getFormAttribute("id");
        String digits = id == null ? null : captchas.remove(id);
        String answer = ctx.request().getFormAttribute("answer");
        boolean right = digits != null && answer != null && digits.equals(answer.strip());
        company(ctx).ifPresent(it -> {
            if (right) {
                html(ctx, 200, PracticePages.entry(it));
            } else {
                ask(ctx, it, true);
            }
        });
    }

    /** {@code last.svg} is the latest one, so that a script can play the person. */
    private void picture(RoutingContext ctx) {
        String id = ctx.pathParam("file").replaceFirst("\\.svg$", "");
        String digits = captchas.get(id.equals("last") ? newest : id);
        if (digits == null) {
            ctx.response().setStatusCode(404).end();
            return;
        }
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "image/svg+xml")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(PracticePages.picture(digits));
    }

    /** Returns the company in the path; if there is none, a response has been sent. */
    private static Optional<Company> company(RoutingContext ctx) {
        String code = ctx.pathParam("code");
        Optional<Company> company = Companies.find(code);
        if (company.isEmpty()) {
            html(ctx, 404, PracticePages.none(code));
        }
        return company;
    }

    private static String token() {
        byte[] bytes = new byte[12];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static void redirect(RoutingContext ctx, String to) {
        ctx.response().setStatusCode(303).putHeader(HttpHeaders.LOCATION, to).end();
    }

    private static void html(RoutingContext ctx, int status, String page) {
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(page);
    }
}
