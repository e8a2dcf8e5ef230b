package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.ResponseValidator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Who asks where a front end tells it in a header: the header's user, whatever else the request says. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CallersIT {
    private static final String HEADER = "Remote-User";
    private static final String FILE = "tax_code\n0101340108\n";

    private static TestNode node;
    private static TestNode untrusting;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        node = start("127.0.0.1");
        untrusting = start("10.0.0.0/8");
        api = new Api(node);
    }

    private static TestNode start(String trusted) throws Exception {
        return TestNode.start(Map.of(
                "roles",
                "web",
                "http.user_header",
                HEADER,
                "http.trusted_proxies",
                trusted,
                "http.recipe_editors",
                "ada"));
    }

    @AfterAll
    static void stop() throws Exception {
        untrusting.close();
        node.close();
    }

    private static ContractCheck check() throws Exception {
        return new ContractCheck(
                Contract.document(node.vertx()).await(10, TimeUnit.SECONDS),
                ResponseValidator.create(
                        node.vertx(), Contract.load(node.vertx()).await(60, TimeUnit.SECONDS)));
    }

    private static Answer put(Api to, String query, String... headers) throws Exception {
        String name = "shops-" + UUID.randomUUID();
        return RecipeCalls.put(
                to,
                RecipeCalls.RECIPES + "/" + name + query,
                RecipeCalls.recipe("a")
                        .put("input", new JsonObject().put("column", "key"))
                        .encode(),
                headers);
    }

    @Test
    void recipesAreChangedByTheHeadersUserOnly() throws Exception {
        assertThat(put(api, "", HEADER, "ada").status()).isEqualTo(201);
        for (Answer refused : new Answer[] {
            put(api, "?user_id=ada", HEADER, "mallory"),
            put(api, "?user_id=ada", HEADER, "mallory", "Rowhound-User", "ada"),
            put(api, "?user_id=ada"),
            put(api, "", "Rowhound-User", "ada"),
            put(new Api(untrusting), "", HEADER, "ada")
        }) {
            assertThat(refused.status()).as(refused.text()).isEqualTo(403);
            assertThat(refused.json().getString("code")).isEqualTo("not_an_editor");
        }
        assertThat(api.get(RecipeCalls.RECIPES + "?user_id=ada", HEADER, "mallory")
                        .json()
                        .getBoolean("may_edit"))
                .isFalse();
    }

    @Test
    void aHeaderThatAFrontEndHasAddedToTheClientsIsRefused() throws Exception {
        Answer refused = put(api, "", HEADER, "ada", HEADER, "mallory");
        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        assertThat(refused.json().getString("field")).isEqualTo(HEADER);
    }

    @Test
    void anUploadBelongsToTheHeadersUser() throws Exception {
        String user = "an-" + UUID.randomUUID();
        String id = api.upload(
                        Api.JOBS + "?user_id=query",
                        Form.of("companies").field("user_id", "field").file(FILE),
                        HEADER,
                        user)
                .json()
                .getString("id");
        assertThat(jobs(api.get(Api.JOBS, HEADER, user))).contains(id);
        assertThat(jobs(api.get(Api.JOBS + "?user_id=" + user, HEADER, "other")))
                .doesNotContain(id);
        assertThat(jobs(api.get(Api.JOBS + "?user_id=" + user))).doesNotContain(id);
    }

    private static String jobs(Answer answer) {
        JsonArray jobs = answer.json().getJsonArray("jobs");
        return jobs.encode();
    }

    @Test
    void theUserOfAPathIsTheCaller() throws Exception {
        assertThat(api.get("/api/v1/users/ada/events?after=0&wait=0s", HEADER, "ada")
                        .status())
                .isEqualTo(200);
        assertThat(api.get("/api/v1/users/anonymous/events?after=0&wait=0s").status())
                .isEqualTo(200);
        for (String path : new String[] {
            "/api/v1/users/ada/events", "/api/v1/users/ada/events?after=0&wait=0s", "/api/v1/users/ada/ws"
        }) {
            Answer refused = api.get(path + (path.contains("?") ? "&" : "?") + "user_id=ada", HEADER, "mallory");
            assertThat(refused.status()).as(path).isEqualTo(403);
            assertThat(refused.json().getString("code")).isEqualTo("other_user");
            assertThat(check().fault(path.endsWith("ws") ? "watchUserBySocket" : "watchUser", refused))
                    .isEmpty();
            assertThat(refused.json().getString("field")).isEqualTo("user");
        }
    }

    @Test
    void aSocketIsItsUsersOwn() {
        for (String path : new String[] {"/api/v1/users/%s/ws", "/api/v1/cv-processing/ws/%s"}) {
            Socket.open(node.address(), path.formatted("ada"), HEADER, "ada").close();
            assertThatThrownBy(() -> Socket.open(node.address(), path.formatted("ada"), HEADER, "mallory"))
                    .hasRootCauseMessage("Unexpected HTTP response status code 403");
        }
    }
}
