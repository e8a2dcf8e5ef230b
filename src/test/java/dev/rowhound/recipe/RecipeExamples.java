package dev.rowhound.recipe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recipes for tests: one with every key, one with no more than it must have, and faulty ones made from the first. */
final class RecipeExamples {
    private static final Object REMOVED = new Object();

    /**
     * A recipe with one fault.
     *
     * @param pointer where the recipe with every key is changed, as a JSON pointer
     * @param value what is put there
     * @param path where the fault is told
     * @param message part of what is told
     * @param inSchema whether the schema refuses it as well; it cannot compare two values or judge an expression
     */
    record Fault(String pointer, @Nullable Object value, String path, String message, boolean inSchema) {
        JsonObject json() {
            return value == REMOVED ? without(full(), pointer) : with(full(), pointer, value);
        }

        @Override
        public String toString() {
            return pointer + " = " + (value == REMOVED ? "nothing" : value);
        }
    }

    private RecipeExamples() {}

    static JsonObject minimal() {
        return new JsonObject("""
                {"name": "minimal", "start": {"url": "https://example.org"}, "outcomes": {"found": [{"text": "x"}]}}""");
    }

    static JsonObject full() {
        return new JsonObject("""
                {
                  "$schema": "../recipe.schema.json",
                  "name": "full-1_a",
                  "version": 7,
                  "title": "Everything",
                  "description": "Each key once.",
                  "input": {
                    "column": "code",
                    "normalise": ["trim", "no_spaces", "upper", "lower"],
                    "pattern": "[0-9]{3}",
                    "pattern_message": "a code has three digits",
                    "check_digit": {"weights": [3, 1], "modulus": 10, "complement": 9}
                  },
                  "start": {
                    "url": "https://{region}.example.org:8443/{+path}/{key:3}{?name,tags*}#top",
                    "variables": {
                      "path": {"from": "code", "replace": "(\\\\d)\\\\.", "with": "$1/"},
                      "bare": {"replace": "x"}
                    }
                  },
                  "engine": "browser",
                  "browser": "full",
                  "locale": "vi-VN",
                  "viewport": {"width": 1024, "height": 50},
                  "user_agent": "Rowhound/1 (tests)",
                  "block": {"resource_types": ["image", "font"], "urls": ["*://*.example.net/*"]},
                  "proxy": ["here", "there"],
                  "robots": "ignore",
                  "session": {
                    "keep": "host",
                    "login": {
                      "url": "https://example.org/login",
                      "steps": [
                        {"fill": {"selector": "#user", "value": "rowhound"}},
                        {"fill": {"selector": "#password", "value": "{secret:the.Pass-word_1}"}},
                        {"select": {"selector": "#as", "value": "reader"}},
                        {"click": {"selector": "text=Log in"}}
                      ],
                      "logged_in": [{"selector": "#logout"}],
                      "logged_out": [{"text": "Please log in"}]
                    }
                  },
                  "steps": [
                    {"wait_for": {"selector": "form", "timeout_ms": 5000, "optional": true}},
                    {"fill": {"selector": "#q", "value": "{key}", "timeout_ms": 1, "optional": true}},
                    {"click": {"selector": "button"}},
                    {"press": {"selector": "#q", "key": "Enter"}},
                    {"press": {"key": "Escape"}},
                    {"select": {"selector": "select", "value": "{region}"}},
                    {"check": {"selector": "#a"}},
                    {"uncheck": {"selector": "#b"}},
                    {"hover": {"selector": "nav >> text=More"}},
                    {"scroll": {"selector": "footer"}},
                    {"scroll": {}},
                    {"wait_for": {"selector": ".wheel", "state": "hidden"}},
                    {"wait_text": {"selector": "#total", "text": "[0-9]+"}},
                    {"wait_response": {"url": "/api/", "optional": true}},
                    {"wait_load": {"state": "networkidle"}}
                  ],
                  "outcomes": {
                    "blocked": [{"status": [403, 429]}, {"url": "/captcha"}],
                    "needs_human": [
                      {"selector": "#captcha", "ask": {
                        "prompt": "Type the letters.", "picture": "#captcha img", "wait_ms": 60000,
                        "answer": {"fill": "#letters", "then": [{"click": {"selector": "#send"}}]}}},
                      {"url": "/confirm", "ask": {"prompt": "Confirm it."}}
                    ],
                    "not_found": [{"selector": ".none", "text": "(?i)no such"}],
                    "found": [{"selector": ".entry"}],
                    "detectors": false
                  },
                  "extract": {
                    "name": {"selector": "h1", "required": true},
                    "links": {"selector": "a", "attribute": "href", "match": "more", "take": "all", "pattern": "id=(.+)"},
                    "price": {"selector": ".price", "type": "number"},
                    "staff": {"selector": ".staff", "type": "integer", "take": "first"},
                    "rows": {"selector": "tr", "take": "count"},
                    "body": {"selector": "article", "html": true},
                    "founded": {"selector": ".founded", "type": "date", "format": "dd/MM/yyyy"},
                    "home": {"selector": "a.home", "attribute": "href", "type": "url"},
                    "people": {"selector": "table tr", "match": "[0-9]", "required": true, "rows": {
                      "name": {"selector": "td:nth-child(1)", "required": true},
                      "whole": {}
                    }}
                  },
                  "links": {
                    "selector": "a.more", "attribute": "data-href", "match": "details", "most": 5, "required": true,
                    "into": "details",
                    "outcomes": {"not_found": [{"status": [404]}], "found": [{"selector": "h2"}]},
                    "extract": {"headline": {"selector": "h2"}}
                  },
                  "pages": {"next": "a[rel=next]", "rows": "people", "most": 20},
                  "retry": {"attempts": 4, "backoff_ms": 100, "max_backoff_ms": 1000},
                  "timeouts": {"navigation_ms": 1000, "step_ms": 2000, "item_ms": 600000},
                  "politeness": {"rate_per_minute": 120, "burst": 5, "concurrency": 2, "delay_ms": [500, 2000],
                    "pause_after_blocks": 25},
                  "evidence": {"trace": "on_failure", "har": "always", "screenshot": "never"}
                }""");
    }

    /** The same as {@link #full} where nothing in it needs a browser, for an engine that may be without one. */
    static JsonObject withoutBrowser(String engine) {
        JsonObject json = full().put("engine", engine);
        json.getJsonObject("session").remove("login");
        json.put("steps", new JsonArray("[{\"wait_for\": {\"selector\": \"form\", \"state\": \"attached\"}}]"));
        json.getJsonObject("outcomes").remove("needs_human");
        return json;
    }

    static List<Fault> faults() {
        return List.of(
                fault("/name", REMOVED, "name", "is missing; set a string"),
                fault("/name", 5, "name", "is 5; use a string"),
                fault("/name", "Companies", "name", "use at most 64 of a-z, 0-9, - and _"),
                fault("/name", "-a", "name", "begin with a letter or a digit"),
                fault("/name", "a".repeat(65), "name", "at most 64"),
                fault("/version", 0, "version", "use a number from 1 to 1000000"),
                fault("/version", "1", "version", "use a whole number"),
                fault("/version", 1.5, "version", "use a whole number"),
                fault("/title", " ", "title", "is empty"),
                fault("/titel", "x", "titel", "did you mean \"title\"?"),
                fault("/input/column", "", "input.column", "is empty"),
                fault("/input/colum", "x", "input.colum", "did you mean \"column\"?"),
                fault("/input/normalise/1", "uper", "input.normalise[1]", "did you mean \"upper\"?"),
                fault("/input/normalise", "trim", "input.normalise", "use a list of strings"),
                reader("/input/pattern", "[0-9", "input.pattern", "is not a regular expression"),
                fault("/input/pattern", "", "input.pattern", "is empty"),
                fault("/input/pattern", REMOVED, "input.pattern_message", "no effect without a pattern"),
                fault("/input/pattern_message", "", "input.pattern_message", "is empty"),
                fault("/input/check_digit/weights", REMOVED, "input.check_digit.weights", "is missing"),
                fault(
                        "/input/check_digit/weights",
                        new JsonArray(),
                        "input.check_digit.weights",
                        "is missing or empty"),
                fault(
                        "/input/check_digit/weights/1",
                        "x",
                        "input.check_digit.weights[1]",
                        "must contain whole numbers"),
                fault("/input/check_digit/weights/0", 1001, "input.check_digit.weights[0]", "from 0 to 1000"),
                fault("/input/check_digit/modulus", REMOVED, "input.check_digit.modulus", "is missing"),
                fault("/input/check_digit/modulus", 1, "input.check_digit.modulus", "from 2 to 100"),
                fault("/input/check_digit/complement", 101, "input.check_digit.complement", "from 0 to 100"),
                fault("/start", REMOVED, "start.url", "is missing"),
                fault("/start/url", "", "start.url", "is empty"),
                fault("/start/url", "example.org/{key}", "start.url", "beginning with http:// or https://"),
                fault("/start/url", "ftp://example.org/{key}", "start.url", "beginning with http:// or https://"),
                fault("/start/url", "{+url}", "start.url", "beginning with http:// or https://"),
                reader("/start/url", "https:///{key}", "start.url", "use a URL with a host"),
                fault("/start/url", "https://example.org/{key", "start.url", "use a URI template such as"),
                fault("/start/url", "https://example.org/{the key}", "start.url", "use a URI template such as"),
                fault("/start/url", "https://example.org/a b", "start.url", "such as %20"),
                fault("/start/url", "https://example.org/{}", "start.url", "a name is missing in {}"),
                reader("/start/internal", true, "start.internal", "requires one host for all rows"),
                fault("/start/internal", "yes", "start.internal", "use true or false"),
                fault("/start/variables/key", variable(), "start.variables.key", "use another name"),
                fault("/start/variables/a-b", variable(), "start.variables.a-b", "is not a valid variable name"),
                fault("/start/variables/path/replace", REMOVED, "start.variables.path.replace", "is missing"),
                reader("/start/variables/path/replace", "(", "start.variables.path.replace", "regular expression"),
                reader("/start/variables/path/with", "$2", "start.variables.path.with", "no such group, only 1"),
                reader("/start/variables/path/with", "$", "start.variables.path.with", "write $1 for the first group"),
                reader("/start/variables/path/with", "${x}", "start.variables.path.with", "write $1 for the first"),
                fault("/start/variables/path/form", "x", "start.variables.path.form", "did you mean \"from\"?"),
                fault("/steps", new JsonObject(), "steps", "use a list of objects"),
                fault("/steps/2", "click", "steps[2]", "the list must contain objects"),
                fault("/steps/2", new JsonObject(), "steps[2]", "is empty; use exactly one of fill, click"),
                fault("/steps/2/press", new JsonObject(), "steps[2]", "has click and press; use exactly one of"),
                fault("/steps/2", object("clik", object("selector", "a")), "steps[2].clik", "did you mean \"click\"?"),
                fault("/steps/2/click/selector", REMOVED, "steps[2].click.selector", "is missing"),
                fault("/steps/2/click/value", "x", "steps[2].click.value", "is unknown"),
                fault("/steps/1/fill/value", REMOVED, "steps[1].fill.value", "is missing"),
                fault("/steps/3/press/key", " ", "steps[3].press.key", "is empty"),
                fault("/steps/0/wait_for/timeout_ms", 0, "steps[0].wait_for.timeout_ms", "from 1 to 600000"),
                fault("/steps/0/wait_for/optional", "yes", "steps[0].wait_for.optional", "use true or false"),
                fault("/outcomes", REMOVED, "outcomes.found", "set at least one condition"),
                fault("/outcomes/found", new JsonArray(), "outcomes.found", "set at least one condition"),
                fault("/outcomes/found/0", new JsonObject(), "outcomes.found[0]", "at least one of selector, text"),
                fault("/outcomes/lost", new JsonArray(), "outcomes.lost", "is unknown"),
                fault("/outcomes/blocked/0/status", new JsonArray(), "outcomes.blocked[0].status", "is empty"),
                fault("/outcomes/blocked/0/status/1", 42, "outcomes.blocked[0].status[1]", "from 100 to 599"),
                fault("/outcomes/blocked/0/status", 403, "outcomes.blocked[0].status", "use a list of whole numbers"),
                reader("/outcomes/not_found/0/text", "*", "outcomes.not_found[0].text", "is not a regular expression"),
                fault("/outcomes/not_found/0/selector", "", "outcomes.not_found[0].selector", "is empty"),
                reader("/outcomes/blocked/1/url", "[", "outcomes.blocked[1].url", "is not a regular expression"),
                fault("/extract/state", object("selector", "a"), "extract.state", "is a column of every result"),
                fault("/extract/Name", object("selector", "a"), "extract.Name", "is not a valid field name"),
                fault("/extract/name/selector", REMOVED, "extract.name.selector", "is missing"),
                fault("/extract/name", "h1", "extract.name", "use an object"),
                fault("/extract/name/attribute", "", "extract.name.attribute", "is empty"),
                fault("/extract/name/take", "last", "extract.name.take", "use one of first, all, count"),
                fault("/extract/name/type", "strng", "extract.name.type", "did you mean \"string\"?"),
                fault("/extract/rows/type", "number", "extract.rows.type", "which yields an integer"),
                reader("/extract/links/match", "(", "extract.links.match", "is not a regular expression"),
                reader("/extract/links/pattern", "(", "extract.links.pattern", "is not a regular expression"),
                fault("/extract/name/required", 1, "extract.name.required", "use true or false"),
                fault("/extract/name/requird", true, "extract.name.requird", "did you mean \"required\"?"),
                fault("/retry/attempts", 0, "retry.attempts", "from 1 to 10"),
                fault("/retry/attempts", 11, "retry.attempts", "from 1 to 10"),
                fault("/retry/backoff_ms", -1, "retry.backoff_ms", "from 0 to 600000"),
                fault("/retry/max_backoff_ms", 600_001, "retry.max_backoff_ms", "from 0 to 600000"),
                reader("/retry/max_backoff_ms", 99, "retry.max_backoff_ms", "use at least backoff_ms, 100"),
                fault("/timeouts/navigation_ms", 0, "timeouts.navigation_ms", "from 1 to 600000"),
                fault("/timeouts/step_ms", 600_001, "timeouts.step_ms", "from 1 to 600000"),
                fault("/timeouts/item_ms", 604_800_001, "timeouts.item_ms", "from 1 to 604800000"),
                fault("/kind", "Look up", "kind", "use lookup"),
                fault("/politeness/rate_per_minute", 0, "politeness.rate_per_minute", "from 1 to 1000000"),
                fault("/politeness/rate", 5, "politeness.rate", "is unknown"),
                fault("/politeness/burst", 0, "politeness.burst", "from 1 to 10000"),
                fault("/politeness/concurrency", "2", "politeness.concurrency", "use a whole number"),
                fault("/politeness/delay_ms", 500, "politeness.delay_ms", "use a list of whole numbers"),
                fault("/politeness/delay_ms", new JsonArray(), "politeness.delay_ms", "has 0 numbers; use the minimum"),
                fault("/politeness/delay_ms/2", 9000, "politeness.delay_ms", "has 3 numbers; use the minimum and"),
                fault(
                        "/politeness/delay_ms",
                        new JsonArray().add(0).add(-1),
                        "politeness.delay_ms[1]",
                        "from 0 to 600000"),
                fault("/engine", "htp", "engine", "did you mean \"http\"?"),
                fault("/browser", "firefox", "browser", "use one of shell, full"),
                reader("/locale", "vi VN", "locale", "use a language tag such as vi-VN"),
                fault("/viewport/width", REMOVED, "viewport.width", "is missing"),
                fault("/viewport/height", 49, "viewport.height", "from 50 to 10000"),
                fault("/user_agent", "a\nb", "user_agent", "cannot stand in a header"),
                fault("/block/resource_types/1", "picture", "block.resource_types[1]", "use one of stylesheet"),
                fault("/block/urls/0", "", "block.urls[0]", "is empty"),
                fault("/proxy", new JsonArray(), "proxy", "is empty"),
                fault("/proxy", "a b", "proxy", "use the name of a proxy"),
                fault("/proxy/1", "http://h:1", "proxy[1]", "use the name of a proxy"),
                fault("/proxy", 5, "proxy", "use a string or a list of strings"),
                fault("/robots", "ignored", "robots", "did you mean \"ignore\"?"),
                fault("/session/keep", "user", "session.keep", "use one of job, host"),
                fault("/session/login/url", "/login", "session.login.url", "beginning with http://"),
                fault("/session/login/url", "https://e.org/{key}", "session.login.url", "must not depend on a row"),
                fault("/session/login/steps", new JsonArray(), "session.login.steps", "is missing or empty"),
                fault("/session/login/logged_in", REMOVED, "session.login.logged_in", "is missing or empty"),
                fault(
                        "/session/login/steps/1/fill/value",
                        "{secret:a b}",
                        "session.login.steps[1].fill.value",
                        "a secret's name has"),
                fault(
                        "/session/login/steps/0/fill/value",
                        "{key}",
                        "session.login.steps[0].fill.value",
                        "shared by many items"),
                fault(
                        "/session/login/steps/2/select/value",
                        "{secret:a}",
                        "session.login.steps[2].select.value",
                        "only the fill steps"),
                fault("/steps/1/fill/value", "{secret:a}", "steps[1].fill.value", "only the fill steps"),
                fault("/steps/11/wait_for/state", "gone", "steps[11].wait_for.state", "use one of visible"),
                reader("/steps/12/wait_text/text", "(", "steps[12].wait_text.text", "is not a regular expression"),
                fault("/steps/12/wait_text/text", REMOVED, "steps[12].wait_text.text", "is missing"),
                fault("/steps/13/wait_response/selector", "a", "steps[13].wait_response.selector", "is unknown"),
                fault("/steps/14/wait_load/state", "idle", "steps[14].wait_load.state", "networkidle"),
                reader(
                        "/steps/2/click/selector",
                        "a[href",
                        "steps[2].click.selector",
                        "a [ that is not closed at char"),
                reader(
                        "/steps/2/click/selector",
                        "a, , b",
                        "steps[2].click.selector",
                        "lacks an element at character 4"),
                reader("/steps/2/click/selector", "a >", "steps[2].click.selector", "ends where an element is missing"),
                reader("/steps/2/click/selector", "a >> ", "steps[2].click.selector", "has an empty part at character"),
                reader(
                        "/steps/2/click/selector",
                        "a:has-text(\"x)",
                        "steps[2].click.selector",
                        "a \" that is not closed"),
                reader("/steps/2/click/selector", "txt=x", "steps[2].click.selector", "begins with txt="),
                reader("/outcomes/found/0/selector", "..a", "outcomes.found[0].selector", "lacks a name"),
                fault("/outcomes/detectors", "no", "outcomes.detectors", "use true or false"),
                fault("/outcomes/needs_human/0/ask", REMOVED, "outcomes.needs_human[0].ask.prompt", "is missing"),
                fault("/outcomes/needs_human/1/url", REMOVED, "outcomes.needs_human[1]", "has no condition"),
                fault(
                        "/outcomes/needs_human/0/ask/wait_ms",
                        0,
                        "outcomes.needs_human[0].ask.wait_ms",
                        "from 1 to 86400000"),
                fault(
                        "/outcomes/needs_human/0/ask/answer/fill",
                        REMOVED,
                        "outcomes.needs_human[0].ask.answer.fill",
                        "is missing"),
                fault("/extract/body/attribute", "id", "extract.body.html", "cannot be combined with attribute"),
                fault("/extract/founded/type", "string", "extract.founded.format", "requires \"type\": \"date\""),
                reader("/extract/founded/format", "dd/bb", "extract.founded.format", "use letters such as dd/MM/yyyy"),
                fault("/extract/people/take", "all", "extract.people.take", "cannot be combined with rows"),
                fault("/extract/people/rows", new JsonObject(), "extract.people.rows", "is empty"),
                fault(
                        "/extract/people/rows/Name",
                        new JsonObject(),
                        "extract.people.rows.Name",
                        "is not a valid field name"),
                fault(
                        "/extract/people/rows/whole/rows",
                        new JsonObject(),
                        "extract.people.rows.whole.rows",
                        "is unknown"),
                reader(
                        "/extract/people/rows/name/selector",
                        "td:has-text(\"x\")",
                        "extract.people.rows.name.selector",
                        "use CSS alone here"),
                fault("/links/into", "State", "links.into", "is not a valid field name"),
                reader("/links/into", "name", "links.into", "which extract already contains"),
                fault("/links/into", REMOVED, "links.most", "use 1, or set into"),
                fault("/links/most", 101, "links.most", "from 1 to 100"),
                fault("/links/extract", REMOVED, "links.extract", "is missing or empty"),
                fault("/links/outcomes", REMOVED, "links.outcomes.found", "set at least one condition"),
                fault("/pages/rows", REMOVED, "pages.rows", "is missing"),
                reader("/pages/rows", "name", "pages.rows", "use a field of extract that is a list"),
                fault("/pages/next", REMOVED, "pages", "has neither next nor url"),
                fault("/pages/url", "https://e.org/{page}", "pages", "has next and url"),
                fault("/pages/first", 3, "pages.first", "requires url"),
                fault("/pages/most", 1001, "pages.most", "from 1 to 1000"),
                fault("/evidence/trace", "failure", "evidence.trace", "use one of never, on_failure, always"),
                fault("/evidence/video", "always", "evidence.video", "is unknown"),
                reader(
                        "/politeness/delay_ms",
                        new JsonArray().add(500).add(499),
                        "politeness.delay_ms",
                        "at least its first value, 500"));
    }

    static JsonObject with(JsonObject json, String pointer, @Nullable Object value) {
        JsonPointer.from(pointer).writeJson(json, value);
        return json;
    }

    static JsonObject without(JsonObject json, String pointer) {
        int last = pointer.lastIndexOf('/');
        Object parent = JsonPointer.from(pointer.substring(0, last)).queryJson(json);
        ((JsonObject) parent).remove(pointer.substring(last + 1));
        return json;
    }

    private static Fault fault(String pointer, Object value, String path, String message) {
        return new Fault(pointer, value, path, message, true);
    }

    private static Fault reader(String pointer, Object value, String path, String message) {
        return new Fault(pointer, value, path, message, false);
    }

    private static JsonObject variable() {
        return object("replace", "x");
    }

    private static JsonObject object(String key, Object value) {
        return new JsonObject().put(key, value);
    }
}
