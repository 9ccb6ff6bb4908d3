package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.elasticsearch.ScriptedServer.Answer;
import io.connectorkit.elasticsearch.ScriptedServer.Request;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What {@link TombstoneContractIT} does not meet: indices that are missing, races of two subtasks, refusals. */
class ReadersAliasTest {

    private static final Answer DONE = Answer.json(200, "{\"acknowledged\":true}");
    private static final Answer MISSING = error(404, "index_not_found_exception", "no such index [orders]");
    private static final String FIELDS =
            "{\"properties\":{\"_deleted\":{\"type\":\"boolean\"},\"_deleted_at\":{\"type\":\"date\"}}}";
    private static final String FILTER = "{\"filter\":{\"bool\":{\"must_not\":[{\"term\":{\"_deleted\":true}}]}}}";

    private static Answer error(int status, String type, String reason) {
        return Answer.json(
                status,
                "{\"error\":{\"type\":\"" + type + "\",\"reason\":\"" + reason + "\"},\"status\":" + status + "}");
    }

    /** The requests that were sent, as method, path and body. */
    private static List<String> make(String versionField, Answer... answers) throws Exception {
        Queue<Answer> script = new ArrayDeque<>(List.of(answers));
        try (ScriptedServer server = ScriptedServer.start(request -> script.remove());
                ClusterClient client = ClusterClient.open(ElasticsearchOptions.of(server.url(), "orders"), 1)) {
            new ReadersAlias(client, "orders", "live", versionField).make();
            assertThat(script).as("answers left").isEmpty();
            return server.requests().stream().map(ReadersAliasTest::text).toList();
        }
    }

    private static String text(Request request) {
        return request.method() + " " + request.path() + " " + request.body();
    }

    @Test
    void mapsTheTombstonesFieldsAndHidesThem() throws Exception {
        assertThat(make(null, DONE, DONE))
                .containsExactly("PUT /orders/_mapping " + FIELDS, "PUT /orders/_alias/live " + FILTER);
        assertThat(make("seq", DONE, DONE)).first().asString().contains("\"seq\":{\"type\":\"keyword\"}");
    }

    @Test
    void makesTheIndexIfNeedBeAlsoWhenAnotherSubtaskDoesSoAtTheSameTime() throws Exception {
        assertThat(make(null, MISSING, DONE, DONE)).element(1).isEqualTo("PUT /orders {\"mappings\":" + FIELDS + "}");
        Answer exists = error(400, "resource_already_exists_exception", "index [orders] already exists");
        assertThat(make(null, MISSING, exists, DONE, DONE))
                .endsWith("PUT /orders/_mapping " + FIELDS, "PUT /orders/_alias/live " + FILTER)
                .hasSize(4);
    }

    @Test
    void saysWhatToDoWhenItMayNot() {
        Answer refused = error(403, "security_exception", "action is unauthorized");
        String message = "sink.readers-alias must be one that can be made, got 'live' for index 'orders': 403"
                + " security_exception: action is unauthorized; make it by hand and leave the option out, or grant the"
                + " privilege manage on the index";
        assertThatThrownBy(() -> make(null, refused)).hasMessage(message);
        assertThatThrownBy(() -> make(null, DONE, refused)).hasMessage(message);
    }
}
