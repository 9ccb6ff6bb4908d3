package io.connectorkit.examples.orders;

import io.connectorkit.aws.dynamodbstreams.DynamoDbChange;
import io.connectorkit.aws.dynamodbstreams.DynamoDbChangeDeserializer;
import io.connectorkit.aws.dynamodbstreams.DynamoDbStreamsOptions;
import io.connectorkit.aws.dynamodbstreams.DynamoDbStreamsSource;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.jdbc.JdbcConnectionOptions;
import io.connectorkit.jdbc.JdbcSink;
import io.connectorkit.jdbc.JdbcTable;
import io.connectorkit.sink.Changes;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Keeps a PostgreSQL table equal to a DynamoDB table. */
public final class OrdersJob {

    private OrdersJob() {}

    /** A change of an order; {@code status} is empty for a deleted one. */
    public record Order(String id, String sequenceNumber, boolean deleted, String status) {

        static Order of(DynamoDbChange change) {
            var image = change.newImage();
            return new Order(
                    text(change.keys(), "id"),
                    change.sequenceNumber(),
                    image == null,
                    image == null ? "" : text(image, "status"));
        }

        private static String text(Map<String, AttributeValue> item, String attribute) {
            return item.getOrDefault(attribute, AttributeValue.fromS("")).s();
        }
    }

    /** Defines the job. */
    public static void define(
            StreamExecutionEnvironment env,
            DynamoDbStreamsOptions stream,
            JdbcConnectionOptions database,
            Sink<DeadLetter> deadLetters) {
        // README from here
        var orders = env.fromSource(
                DynamoDbStreamsSource.of(stream, DynamoDbChangeDeserializer.of(Order.class, Order::of)),
                WatermarkStrategy.noWatermarks(),
                "orders");

        // Which row, which version, which values, which records delete.
        Changes<Order, Object[]> changes = Changes.<Order, Object[]>of(
                        order -> ChangeKey.of(order.id()), order -> new Object[] {order.status()})
                .withVersion(order -> ChangeVersion.of(order.sequenceNumber()))
                .withDeletes(Order::deleted);

        // create table orders (id text primary key, status text, version numeric, deleted_at timestamptz)
        JdbcTable table = JdbcTable.of("orders", "id")
                .withValues("status")
                .withVersion("version")
                .withTombstones("deleted_at");

        orders.keyBy(Order::id).sinkTo(JdbcSink.of(changes, database, table).deadLettersTo(deadLetters));
        // to here
    }
}
