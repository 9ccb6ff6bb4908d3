package io.connectorkit.benchmarks.elasticsearch;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;

/** elasticsearch-java as its documentation uses it: bulk requests of the async client, a bounded number in flight. */
final class RawBulk implements AutoCloseable {

    private final RestClientTransport transport;
    private final ElasticsearchAsyncClient client;
    private final String index;
    private final int batch;
    private final int inFlight;

    private RawBulk(RestClientTransport transport, String index, int batch, int inFlight) {
        this.transport = transport;
        this.client = new ElasticsearchAsyncClient(transport);
        this.index = index;
        this.batch = batch;
        this.inFlight = inFlight;
    }

    static RawBulk open(String url, String index, int batch, int inFlight) {
        RestClient rest = RestClient.builder(HttpHost.create(url))
                .setHttpClientConfigCallback(
                        http -> http.setMaxConnPerRoute(inFlight).setMaxConnTotal(inFlight))
                .build();
        return new RawBulk(new RestClientTransport(rest, new JacksonJsonpMapper()), index, batch, inFlight);
    }

    long write(List<FlightDocuments.Update> updates) throws InterruptedException, IOException {
        Semaphore free = new Semaphore(inFlight);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int from = 0; from < updates.size(); from += batch) {
            BulkRequest.Builder request = new BulkRequest.Builder().index(index);
            for (FlightDocuments.Update update : updates.subList(from, Math.min(updates.size(), from + batch))) {
                BinaryData document = BinaryData.of(update.document(), ContentType.APPLICATION_JSON);
                request.operations(op -> op.index(item -> item.id(update.id()).document(document)));
            }
            free.acquire();
            client.bulk(request.build()).whenComplete((response, error) -> {
                failure.compareAndSet(null, problem(response, error));
                free.release();
            });
        }
        free.acquire(inFlight);
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IOException("a bulk request failed: " + failed.getMessage(), failed);
        }
        return updates.size();
    }

    private static Throwable problem(BulkResponse response, Throwable error) {
        return error != null || !response.errors() ? error : new IOException("items were refused");
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
