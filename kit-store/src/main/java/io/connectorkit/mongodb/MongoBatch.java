package io.connectorkit.mongodb;

import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.WriteModel;
import io.connectorkit.change.Change;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.BSONException;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** A batch on its way: what is written into which collection, and what became of each change. One thread. */
final class MongoBatch {

    private final Batch<BsonDocument> changes;
    private final @Nullable MongoTarget[] targets;
    private final @Nullable Outcome[] outcomes;
    private final Map<String, Part> parts = new LinkedHashMap<>();

    private MongoBatch(Batch<BsonDocument> changes) {
        this.changes = changes;
        this.targets = new MongoTarget[changes.size()];
        this.outcomes = new Outcome[changes.size()];
    }

    /** Changes that can never be written are rejected here; the others are sorted by collection. */
    static MongoBatch of(Batch<BsonDocument> changes, MongoKeys keys, MongoWrites writes) {
        MongoBatch batch = new MongoBatch(changes);
        for (int i = 0; i < changes.size(); i++) {
            try {
                MongoTarget target = keys.target(changes.get(i).key());
                WriteModel<RawBsonDocument> write = writes.of(changes.get(i), target);
                batch.targets[i] = target;
                batch.part(target.collection()).add(i, write);
            } catch (IllegalArgumentException e) {
                batch.outcomes[i] = Outcome.rejected(e);
            } catch (BSONException e) {
                batch.outcomes[i] = Outcome.rejected(MongoFailures.safe(e));
            }
        }
        return batch;
    }

    private Part part(String collection) {
        Part part = parts.get(collection);
        if (part == null) {
            part = new Part(changes.size());
            parts.put(collection, part);
        }
        return part;
    }

    Map<String, Part> parts() {
        return parts;
    }

    int size() {
        return changes.size();
    }

    Change<BsonDocument> change(int position) {
        return changes.get(position);
    }

    MongoTarget target(int position) {
        return Objects.requireNonNull(targets[position], "a rejected change has no target");
    }

    void settle(int position, Outcome outcome) {
        outcomes[position] = outcome;
    }

    boolean isOpen(int position) {
        return outcomes[position] == null;
    }

    /** Reports what became of each change; what nothing was said about was delivered. */
    void report(Completion completion) {
        List<Outcome> all = new ArrayList<>(outcomes.length);
        boolean delivered = true;
        for (Outcome outcome : outcomes) {
            delivered &= outcome == null;
            all.add(outcome == null ? Outcome.delivered() : outcome);
        }
        if (delivered) {
            completion.delivered();
        } else {
            completion.completed(all);
        }
    }

    /** The writes into one collection, each with its position in the batch. */
    static final class Part {
        private final List<WriteModel<RawBsonDocument>> writes;
        private int[] positions;

        Part(int most) {
            this.writes = new ArrayList<>(Math.min(most, 1_024));
            this.positions = new int[Math.min(most, 1_024)];
        }

        private void add(int position, WriteModel<RawBsonDocument> write) {
            if (writes.size() == positions.length) {
                positions = Arrays.copyOf(positions, 2 * positions.length);
            }
            positions[writes.size()] = position;
            writes.add(write);
        }

        List<WriteModel<RawBsonDocument>> writes() {
            return writes;
        }

        int size() {
            return writes.size();
        }

        int position(int index) {
            return positions[index];
        }

        boolean deletes(int index) {
            return writes.get(index) instanceof DeleteOneModel;
        }
    }
}
