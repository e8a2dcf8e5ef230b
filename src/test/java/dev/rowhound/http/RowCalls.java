package dev.rowhound.http;

import dev.rowhound.http.Api.Answer;
import dev.rowhound.http.ContractIT.Call;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.stream.Stream;

/**
 * The ways in which the routes of a job's rows answer, for the contract. What needs a row that has asked or left
 * something is in {@link AnswerIT}, {@link EvidenceIT} and {@link CallersIT}.
 */
final class RowCalls {
    /** What those hold against the contract, as operations and statuses. */
    static final String HELD_ELSEWHERE = "answerItem 200|getEvidence (200|410)|watch(User|UserBySocket|Cvs) 403"
            + "|(createJob|crawlCsv|createSchedule) 408";

    private static final String SAID = "{\"question\": \"3f9a01bc\", \"text\": \"k7wq\"}";
    private static final int BEYOND_THE_LIMIT = 300_000;

    private RowCalls() {}

    private static Call answer(Api api, int status, String job, String row, String body) {
        return new Call("answerItem", status, () -> said(api, job + "/items/" + row + "/answer", body));
    }

    private static Answer said(Api api, String path, String body) throws Exception {
        return api.send(api.request(path).POST(BodyPublishers.ofString(body)));
    }

    private static Call evidence(Api api, int status, String job, String row) {
        return new Call("getEvidence", status, () -> api.get(job + "/items/" + row + "/evidence/screenshot.png"));
    }

    private static Call items(Api api, int status, String job, String query) {
        return new Call("listItems", status, () -> api.get(job + "/items" + query));
    }

    private static Call json(Api api, int status, String body) {
        return new Call(
                "createJob",
                status,
                () -> api.send(api.request(Api.JOBS, "Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))));
    }

    /** Rows that come as JSON to a node that takes bodies of that size. */
    static Stream<Call> inJson(Api api, int limit) {
        return Stream.of(
                json(api, 202, "{\"recipe\": \"companies\", \"rows\": [\"1\", {\"key\": 2}], \"column\": \"key\"}"),
                json(api, 400, "{\"recipe\": \"companies\", \"rows\": [\"1\", true]}"),
                json(api, 413, "{\"rows\": [" + "\"1\", ".repeat(limit) + "\"1\"]}"));
    }

    /**
     * With a store.
     *
     * @param job the path of one that has ended
     * @param waiting the path of one that has not
     * @param none the path of one that there is not
     */
    static Stream<Call> inPeace(Api api, String job, String waiting, String none) {
        return Stream.of(
                items(api, 200, job, ""),
                items(api, 200, waiting, "?state=waiting&limit=1"),
                items(api, 400, job, "?state=lost"),
                items(api, 400, job, "?cursor=x"),
                items(api, 404, none, ""),
                answer(api, 400, job, "1", "{}"),
                answer(api, 400, job, "x", SAID),
                answer(api, 404, job, "9", SAID),
                answer(api, 404, none, "1", SAID),
                answer(api, 409, job, "1", SAID),
                answer(api, 413, job, "1", " ".repeat(BEYOND_THE_LIMIT)),
                evidence(api, 400, job, "x"),
                evidence(api, 404, job, "1"),
                evidence(api, 404, job, "9"),
                evidence(api, 404, none, "1"));
    }

    static Stream<Call> withoutTheStore(Api api, String job) {
        return Stream.of(items(api, 503, job, ""), answer(api, 503, job, "1", SAID), evidence(api, 503, job, "1"));
    }
}
