package dev.rowhound.demo;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The practice pages, in English. Each shows a situation that lookups meet on real sites: a form, a list with details,
 * a table over several pages, a login, a captcha. All values are escaped here.
 */
final class PracticePages {
    /** The number of branches of each company, and of those on a page. */
    static final int BRANCHES = 10;

    static final int BRANCHES_A_PAGE = 4;

    private PracticePages() {}

    /** Returns the index page. */
    static String index() {
        return page("Practice", """
                <h1>Practice</h1>
                <p>Pages to try recipes on. Take a code from <code>examples/companies/tax-codes.csv</code>.</p>
                <ul>
                <li><a href="/practice/search">Search</a>: a form, hits, a page behind each</li>
                <li><a href="/practice/branches/3600101238">Branches</a>: a table over several pages</li>
                <li><a href="/practice/login">Log in</a>: phone numbers for members, user <code>demo</code>, password <code>rowhound</code></li>
                <li><a href="/practice/register/3600101238">Register</a>: an entry behind a captcha</li>
                </ul>
                """);
    }

    /** Returns the search form, with the result of a code if one is given. */
    static String search(@Nullable String code, @Nullable Company company) {
        String result = "";
        if (company != null) {
            result = """
                    <ul class="hits"><li><a class="hit" href="/practice/company/%s">%s</a></li></ul>
                    """.formatted(escape(company.code()), escape(company.name()));
        } else if (code != null) {
            result = "<p class=\"none\">No company has the code <b>" + escape(code) + "</b>.</p>\n";
        }
        return page("Search", """
                <h1>Search</h1>
                <form action="/practice/search">
                <label>Tax code <input name="code" required></label>
                <button>Search</button>
                </form>
                %s""".formatted(result));
    }

    static String company(Company company) {
        return page(company.name(), """
                <article class="company">
                <h1 class="name">%s</h1>
                <dl>
                <dt>Tax code</dt><dd class="code">%s</dd>
                <dt>Address</dt><dd class="address">%s</dd>
                <dt>Founded</dt><dd class="founded">%s</dd>
                <dt>Capital</dt><dd class="capital">%s VND</dd>
                </dl>
                <p><a class="more" href="/practice/branches/%s">Branches</a></p>
                </article>
                """.formatted(
                        escape(company.name()),
                        escape(company.code()),
                        escape(company.address()),
                        escape(company.founded()),
                        capital(company),
                        escape(company.code())));
    }

    /** Returns a page of a company's branches, counted from 1. */
    static String branches(Company company, int number) {
        List<String> rows = new ArrayList<>();
        int first = (number - 1) * BRANCHES_A_PAGE + 1;
        int last = Math.min(BRANCHES, number * BRANCHES_A_PAGE);
        for (int i = first; i <= last; i++) {
            rows.add("<tr><td>%s-%03d</td><td>Branch %d of %s</td><td>%02d/%02d/%d</td></tr>"
                    .formatted(escape(company.code()), i, i, escape(company.name()), i, i + 1, 2010 + i));
        }
        String next = last == BRANCHES ? "" : "<a class=\"next\" href=\"?page=" + (number + 1) + "\">Next page</a>\n";
        return page("Branches", """
                <h1 class="name">%s</h1>
                <table class="branches">
                <thead><tr><th>Code</th><th>Name</th><th>Opened</th></tr></thead>
                <tbody>
                %s
                </tbody>
                </table>
                <p>Page %d</p>
                %s""".formatted(escape(company.name()), String.join("\n", rows), number, next));
    }

    static String login(boolean wrong) {
        return page("Log in", """
                <h1>Log in</h1>
                %s<form class="login" method="post" action="/practice/login">
                <label>User <input name="user"></label>
                <label>Password <input name="password" type="password"></label>
                <button>Log in</button>
                </form>
                """.formatted(wrong ? "<p class=\"wrong\">User or password is wrong.</p>\n" : ""));
    }

    /** Returns the page for logged-in users. */
    static String phone(Company company, String user) {
        return page("Phone", """
                <p class="who">Logged in as %s</p>
                <h1 class="name">%s</h1>
                <p class="phone">%s</p>
                """.formatted(escape(user), escape(company.name()), phoneNumber(company)));
    }

    /** Returns the captcha page in front of a register entry. */
    static String captcha(String code, String id, boolean wrong) {
        return page("Are you a person?", """
                <h1>Are you a person?</h1>
                %s<form class="captcha" method="post" action="/practice/register/%s">
                <img class="captcha-picture" src="/practice/captcha/%s.svg" width="200" height="60" alt="Five digits">
                <input type="hidden" name="id" value="%s">
                <label>Digits <input name="answer" autocomplete="off"></label>
                <button>Go on</button>
                </form>
                """.formatted(
                        wrong ? "<p class=\"wrong\">These were not the digits.</p>\n" : "",
                        escape(code),
                        escape(id),
                        escape(id)));
    }

    static String entry(Company company) {
        return page("Register", """
                <h1 class="name">%s</h1>
                <p class="register-number">%s</p>
                """.formatted(escape(company.name()), registerNumber(company)));
    }

    /** Returns the page for an unknown company. */
    static String none(String code) {
        return page("None", "<p class=\"none\">No company has the code <b>" + escape(code) + "</b>.</p>\n");
    }

    /** Draws a captcha's digits as SVG, each slightly rotated. */
    static String picture(String digits) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < digits.length(); i++) {
            int x = 20 + i * 36;
            text.append(
                    "<text x=\"%d\" y=\"42\" font-size=\"36\" font-family=\"sans-serif\" transform=\"rotate(%d %d 36)\">%c</text>"
                            .formatted(x, (i % 2 == 0 ? 1 : -1) * (6 + 3 * i), x, digits.charAt(i)));
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"60\">"
                + "<rect width=\"200\" height=\"60\" fill=\"#eee\"/>" + text
                + "<path d=\"M0 40 Q100 0 200 40\" stroke=\"#666\" fill=\"none\"/></svg>";
    }

    /** Returns a number such as {@code 1,250,000,000}, always the same for a company. */
    static String capital(Company company) {
        return "%,d".formatted((1 + Companies.hash(company.code()) % 900) * 10_000_000L);
    }

    /** The same for a company each time. */
    static String phoneNumber(Company company) {
        return "+84 24 %07d".formatted(Companies.hash(company.code()) % 10_000_000);
    }

    /** The same for a company each time. */
    static String registerNumber(Company company) {
        return "R-%06d".formatted(Companies.hash(company.code()) % 1_000_000);
    }

    private static String page(String title, String body) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <link rel="icon" href="data:,">
                <link rel="stylesheet" href="/assets/site.css">
                </head>
                <body>
                <div class="dau-trang"><a class="ten-trang" href="/practice">Practice</a></div>
                <main><section class="hop">
                %s</section></main>
                <footer>Made up by Rowhound's demo site: no company and no person on these pages is real.</footer>
                </body>
                </html>
                """.formatted(escape(title), body);
    }

    private static String escape(String text) {
        return CompanyPages.escape(text);
    }
}
