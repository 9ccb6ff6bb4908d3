package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsFailures;
import io.connectorkit.aws.AwsSinkException;
import io.connectorkit.aws.AwsSinkFailures;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** Compares the table that is there with the one that the options describe. */
final class TableCheck {

    private static final Logger LOG = LoggerFactory.getLogger(TableCheck.class);

    private TableCheck() {}

    /** The types of the key attributes; empty when the credentials may write but not describe the table. */
    static Map<String, ScalarAttributeType> run(
            DynamoDbAsyncClient client, DynamoDbTable table, AwsSinkFailures failures)
            throws AwsSinkException, InterruptedException {
        TableDescription described;
        try {
            described = client.describeTable(request -> request.tableName(table.name()))
                    .get()
                    .table();
        } catch (ExecutionException e) {
            if (AwsFailures.mayWriteThough(e)) {
                LOG.info("DynamoDB table '{}': keys not checked: {}", table.name(), AwsFailures.text(e));
                return Map.of();
            }
            throw failures.unopened(e);
        }
        checkKey("partition key", table.partitionKey(), key(described, KeyType.HASH), table);
        checkKey("sort key", table.sortKey(), key(described, KeyType.RANGE), table);
        checkExpiry(client, table);
        Map<String, ScalarAttributeType> types = new HashMap<>();
        described.attributeDefinitions().forEach(a -> types.put(a.attributeName(), a.attributeType()));
        types.keySet().removeIf(name -> !name.equals(table.partitionKey()) && !name.equals(table.sortKey()));
        return Map.copyOf(types);
    }

    private static @Nullable String key(TableDescription described, KeyType type) {
        return described.keySchema().stream()
                .filter(key -> key.keyType() == type)
                .map(KeySchemaElement::attributeName)
                .findFirst()
                .orElse(null);
    }

    private static void checkKey(String role, @Nullable String given, @Nullable String there, DynamoDbTable table)
            throws AwsSinkException {
        if (there == null ? given != null : !there.equals(given)) {
            throw new AwsSinkException(role + " of DynamoDB table '" + table.name() + "' must be "
                    + (there == null ? "left out" : "'" + there + "'") + ", as the table has it, got "
                    + (given == null ? "none" : "'" + given + "'"));
        }
    }

    private static void checkExpiry(DynamoDbAsyncClient client, DynamoDbTable table) throws InterruptedException {
        DynamoDbTable.Tombstones tombstones = table.tombstones();
        if (tombstones == null) {
            return;
        }
        try {
            TimeToLiveDescription expiry = client.describeTimeToLive(request -> request.tableName(table.name()))
                    .get()
                    .timeToLiveDescription();
            boolean on = expiry.timeToLiveStatus() == TimeToLiveStatus.ENABLED
                    || expiry.timeToLiveStatus() == TimeToLiveStatus.ENABLING;
            if (!on || !tombstones.expiresAt().equals(expiry.attributeName())) {
                LOG.warn(
                        "DynamoDB table '{}': time to live is not on for '{}', so tombstones stay for ever",
                        table.name(),
                        tombstones.expiresAt());
            }
        } catch (ExecutionException e) {
            LOG.info("DynamoDB table '{}': time to live not checked: {}", table.name(), AwsFailures.text(e));
        }
    }
}
