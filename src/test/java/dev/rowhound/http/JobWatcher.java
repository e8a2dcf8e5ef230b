package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.rowhound.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A script in a tab of the node's page that watches a job with the client library and keeps what it is told. */
final class JobWatcher {
    private final Page page;
    private final String name;

    private JobWatcher(Page page, String name) {
        this.page = page;
        this.name = name;
    }

    /**
     * Starts it.
     *
     * @param page a tab that shows the page of a node, wherever it was loaded from
     * @param options JavaScript's, such as {@code {share: false}}
     */
    static JobWatcher start(Page page, String name, String job, String options) {
        page.evaluate("""
                async ([name, job]) => {
                  const { watch } = await import('./client/index.js');
                  const seen = window[name] = { events: [], snapshots: 0, states: [] };
                  seen.handle = watch(`api/v1/jobs/${job}`, {
                    ...OPTIONS,
                    onEvent: (event) => seen.events.push(event),
                    onSnapshot: () => seen.snapshots++,
                    onState: (state, { reason, transport }) => seen.states.push([state, reason, transport]),
                  });
                }
                """.replace("OPTIONS", options), List.of(name, job));
        return new JobWatcher(page, name);
    }

    int count() {
        return (int) page.evaluate("name => window[name].events.length", name);
    }

    String state() {
        return (String) page.evaluate("name => window[name].handle.state", name);
    }

    String transport() {
        return (String) page.evaluate("name => window[name].handle.transport", name);
    }

    /** Waits for the watch to be in that state. */
    void awaitState(String wanted) throws Exception {
        Await.until(
                name + " to be " + wanted,
                this::story,
                story -> story.getString("state").equals(wanted));
    }

    /** Waits for so many events. */
    void awaitCount(int least) throws Exception {
        Await.until(least + " events of " + name, this::count, count -> count >= least);
    }

    /** What it was told, without the events: states with reasons, and what stands at present. */
    private JsonObject story() {
        return new JsonObject((String) page.evaluate(
                "name => JSON.stringify({ ...window[name], events: window[name].events.length, handle: undefined,"
                        + " state: window[name].handle.state, transport: window[name].handle.transport })",
                name));
    }

    /** The watch has been told what the node's log has, each event once and in order, and that it has ended. */
    void assertWhole(List<EventStream.Event> log) throws Exception {
        awaitState("ended");
        JsonArray events = new JsonArray((String) page.evaluate("name => JSON.stringify(window[name].events)", name));
        assertThat(events.stream().map(Object::toString).toList())
                .as("%s, which was told %s", name, story())
                .isEqualTo(log.stream().map(event -> event.json().encode()).toList());
    }
}
