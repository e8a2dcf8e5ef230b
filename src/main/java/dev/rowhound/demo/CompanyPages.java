package dev.rowhound.demo;

import java.time.Duration;

/**
 * The pages of the company register, in Vietnamese. All values are escaped here. Recipes identify the pages by classes:
 * {@code .doanh-nghiep} around a company, {@code .khong-tim-thay} if there is none, {@code .captcha} on a challenge.
 */
final class CompanyPages {
    private static final Company EMPTY = new Company("", "", "", "", "", "", "");

    private CompanyPages() {}

    /** Returns the search page. */
    static String home() {
        return page("Tra cứu doanh nghiệp", "", """
                <section class="hop">
                <h1>Tra cứu thông tin doanh nghiệp</h1>
                <p>Nhập mã số thuế (10 chữ số, hoặc 10 chữ số kèm số chi nhánh như 0101234561-001) vào ô tìm kiếm phía trên.</p>
                </section>
                """);
    }

    /** Returns a company's complete page. */
    static String company(Company company) {
        return page(company.name(), "", card(company));
    }

    /** Returns a company's page without data, which its script fetches and inserts after a delay. */
    static String scripted(String code, Duration delay) {
        String body = """
                <div id="cho" class="hop cho" data-code="%s" data-delay="%d">Đang tải dữ liệu…</div>
                <template id="mau">
                %s</template>
                """.formatted(escape(code), delay.toMillis(), card(EMPTY));
        return page("Mã số thuế " + code, "<script src=\"/assets/company.js\" defer></script>\n", body);
    }

    /** Returns the page for an unknown code. */
    static String notFound(String code) {
        return page("Không tìm thấy", "", """
                <section class="hop khong-tim-thay">
                <h1>Không tìm thấy doanh nghiệp</h1>
                <p>Không có doanh nghiệp nào với mã số thuế <strong>%s</strong>. Vui lòng kiểm tra lại mã số thuế.</p>
                </section>
                """.formatted(escape(code)));
    }

    /** Returns the challenge page. */
    static String challenge() {
        return page("Xác minh truy cập", "", """
                <form class="hop captcha" method="post">
                <h1>Xác minh bạn không phải là người máy</h1>
                <p>Hệ thống phát hiện lượng truy cập bất thường. Vui lòng nhập các ký tự trong hình (captcha) để tiếp tục.</p>
                <p class="hinh" aria-hidden="true">k7 Rq 2X</p>
                <label>Ký tự trong hình <input name="captcha" autocomplete="off"></label>
                <button>Xác minh</button>
                </form>
                """);
    }

    /** Returns the page of an overloaded site. */
    static String unavailable() {
        return page("Hệ thống bận", "", """
                <section class="hop">
                <h1>Hệ thống đang bận</h1>
                <p>Vui lòng thử lại sau ít phút.</p>
                </section>
                """);
    }

    private static String card(Company company) {
        return """
                <article class="hop doanh-nghiep">
                <header>
                <h1 class="ten" data-field="name">%s</h1>
                <p class="trang-thai" data-field="status">%s</p>
                </header>
                <dl>
                <dt>Mã số thuế</dt><dd class="ma-so-thue" data-field="code">%s</dd>
                <dt>Địa chỉ trụ sở</dt><dd class="dia-chi" data-field="address">%s</dd>
                <dt>Người đại diện</dt><dd class="nguoi-dai-dien" data-field="representative">%s</dd>
                <dt>Ngày hoạt động</dt><dd class="ngay-hoat-dong" data-field="founded">%s</dd>
                <dt>Ngành nghề chính</dt><dd class="nganh-nghe" data-field="industry">%s</dd>
                </dl>
                </article>
                """.formatted(
                        escape(company.name()),
                        escape(company.status()),
                        escape(company.code()),
                        escape(company.address()),
                        escape(company.representative()),
                        escape(company.founded()),
                        escape(company.industry()));
    }

    private static String page(String title, String head, String body) {
        return """
                <!DOCTYPE html>
                <html lang="vi">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <link rel="icon" href="data:,">
                <link rel="stylesheet" href="/assets/site.css">
                %s</head>
                <body>
                <div class="dau-trang">
                <a class="ten-trang" href="/">Tra cứu doanh nghiệp</a>
                <form action="/companies" role="search">
                <input name="code" placeholder="Mã số thuế" aria-label="Mã số thuế" required>
                <button>Tìm kiếm</button>
                </form>
                </div>
                <main>
                %s</main>
                <footer>Dữ liệu minh họa của Rowhound: mọi doanh nghiệp và cá nhân trên trang này đều là hư cấu.</footer>
                </body>
                </html>
                """.formatted(escape(title), head, body);
    }

    /** Escapes text for HTML content and attribute values. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
