package io.connectorkit.aws.dynamodb;

import io.connectorkit.change.Change;
import io.connectorkit.sink.PayloadCodec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Every upsert changes some attributes of its item and leaves the others. */
record ItemSteps() implements ItemWrites<DynamoDbUpdate> {

    private static final long serialVersionUID = 1L;

    @Override
    public CompletableFuture<?> upsert(
            DynamoDbAsyncClient client, ItemTarget target, Change.Upsert<DynamoDbUpdate> change) {
        DynamoDbUpdate update = change.payload();
        Map<String, AttributeValue> key = target.key().attributes(change.key());
        for (String name : key.keySet()) {
            if (update.set().containsKey(name)
                    || update.remove().contains(name)
                    || update.add().containsKey(name)) {
                throw new IllegalArgumentException("key attribute '" + name + "' must not be updated");
            }
        }
        String condition = update.add().isEmpty()
                ? target.guard().condition()
                : target.guard().conditionOfOnce();
        Map<String, String> names = target.guard().names();
        Map<String, AttributeValue> values = target.guard().values(change);
        String expression = expression(target, change, names, values);
        return client.updateItem(request -> {
            request.tableName(target.table().name()).key(key);
            if (!expression.isEmpty()) {
                request.updateExpression(expression);
            }
            if (!names.isEmpty()) {
                request.expressionAttributeNames(names);
            }
            if (!values.isEmpty()) {
                request.expressionAttributeValues(values);
            }
            if (condition != null) {
                request.conditionExpression(condition)
                        .returnValuesOnConditionCheckFailure(target.guard().onRefusal());
            }
        });
    }

    /** The update expression; puts the names and values that it uses into the maps. */
    private static String expression(
            ItemTarget target,
            Change.Upsert<DynamoDbUpdate> change,
            Map<String, String> names,
            Map<String, AttributeValue> values) {
        DynamoDbUpdate update = change.payload();
        Clauses clauses = new Clauses(names, values);
        update.set().forEach(clauses::set);
        AttributeValue version = target.guard().versionOf(change);
        String versionName = target.nameOfVersion();
        if (version != null && versionName != null) {
            clauses.set(versionName, version);
        }
        update.remove().forEach(clauses::remove);
        DynamoDbTable.Tombstones tombstones = target.table().tombstones();
        if (tombstones != null) {
            // The item lives again.
            for (String name : List.of(tombstones.deletedAt(), tombstones.expiresAt())) {
                if (!update.set().containsKey(name) && !update.remove().contains(name)) {
                    clauses.remove(name);
                }
            }
        }
        update.add().forEach(clauses::add);
        return clauses.text();
    }

    @Override
    public int sizeOf(ItemTarget target, Change.Upsert<DynamoDbUpdate> change) {
        DynamoDbUpdate update = change.payload();
        int size = target.sizeOfFrame(change, Map.of()) + ItemSize.of(update.set()) + ItemSize.of(update.add());
        for (String name : update.remove()) {
            size += ItemSize.utf8(name);
        }
        return size;
    }

    @Override
    public PayloadCodec<DynamoDbUpdate> codec() {
        return new UpdateCodec();
    }

    @Override
    public boolean whole() {
        return false;
    }

    /** The clauses of an update expression, every name and value behind a placeholder. */
    private static final class Clauses {
        private final Map<String, String> names;
        private final Map<String, AttributeValue> values;
        private final StringBuilder set = new StringBuilder();
        private final StringBuilder remove = new StringBuilder();
        private final StringBuilder add = new StringBuilder();
        private int number;

        Clauses(Map<String, String> names, Map<String, AttributeValue> values) {
            this.names = names;
            this.values = values;
        }

        void set(String name, AttributeValue value) {
            clause(set, "SET ", name, value, " = ");
        }

        void remove(String name) {
            clause(remove, "REMOVE ", name, null, "");
        }

        void add(String name, AttributeValue value) {
            clause(add, "ADD ", name, value, " ");
        }

        private void clause(
                StringBuilder clause, String verb, String name, @Nullable AttributeValue value, String between) {
            names.put("#n" + number, name);
            clause.append(clause.isEmpty() ? verb : ", ").append("#n").append(number);
            if (value != null) {
                values.put(":n" + number, value);
                clause.append(between).append(":n").append(number);
            }
            number++;
        }

        String text() {
            StringBuilder text = new StringBuilder();
            for (StringBuilder clause : List.of(set, remove, add)) {
                if (!clause.isEmpty()) {
                    text.append(text.isEmpty() ? "" : " ").append(clause);
                }
            }
            return text.toString();
        }
    }
}
