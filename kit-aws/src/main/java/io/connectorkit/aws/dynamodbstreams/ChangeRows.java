package io.connectorkit.aws.dynamodbstreams;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Turns a change into rows: attributes by the names of the columns, then metadata. */
final class ChangeRows implements DynamoDbChangeDeserializer<RowData> {

    private static final long serialVersionUID = 1L;

    private final ChangelogKind kind;
    private final String[] names;
    private final boolean[] nullable;
    private final ItemColumn[] columns;
    private final ChangeMetadata[] metadata;
    private final TypeInformation<RowData> produced;

    /** {@code physical} without metadata. */
    ChangeRows(ChangelogKind kind, RowType physical, List<String> metadata, TypeInformation<RowData> produced) {
        this.kind = kind;
        this.names = physical.getFieldNames().toArray(new String[0]);
        this.nullable = new boolean[names.length];
        this.columns = new ItemColumn[names.length];
        for (int i = 0; i < names.length; i++) {
            nullable[i] = physical.getTypeAt(i).isNullable();
            columns[i] = ItemColumn.of(physical.getTypeAt(i), names[i]);
        }
        this.metadata = metadata.stream().map(ChangeMetadata::of).toArray(ChangeMetadata[]::new);
        this.produced = produced;
    }

    @Override
    public void deserialize(DynamoDbChange change, Collector<RowData> out) {
        switch (change.eventName()) {
            case INSERT, READ -> out.collect(row(RowKind.INSERT, change, after(change)));
            case MODIFY -> {
                if (kind == ChangelogKind.ALL) {
                    out.collect(row(RowKind.UPDATE_BEFORE, change, image(change, change.oldImage(), "old")));
                }
                out.collect(row(RowKind.UPDATE_AFTER, change, after(change)));
            }
            case REMOVE ->
                out.collect(
                        kind == ChangelogKind.ALL
                                ? row(RowKind.DELETE, change, image(change, change.oldImage(), "old"))
                                : keyRow(change));
        }
    }

    private Map<String, AttributeValue> after(DynamoDbChange change) {
        return kind == ChangelogKind.KEYS_ONLY ? change.keys() : image(change, change.newImage(), "new");
    }

    private static Map<String, AttributeValue> image(
            DynamoDbChange change, @Nullable Map<String, AttributeValue> image, String which) {
        if (image == null) {
            throw new IllegalArgumentException("the change of " + change.keys() + " at " + change.sequenceNumber()
                    + " must have a" + ("old".equals(which) ? "n old" : " new")
                    + " image, got none; was the view of the stream changed?");
        }
        return image;
    }

    private GenericRowData row(RowKind rowKind, DynamoDbChange change, Map<String, AttributeValue> item) {
        GenericRowData row = start(rowKind, change);
        for (int i = 0; i < names.length; i++) {
            row.setField(i, field(change, i, item.get(names[i])));
        }
        return row;
    }

    /** Only the key of what is gone. */
    private GenericRowData keyRow(DynamoDbChange change) {
        GenericRowData row = start(RowKind.DELETE, change);
        for (int i = 0; i < names.length; i++) {
            AttributeValue value = change.keys().get(names[i]);
            row.setField(i, value == null ? null : field(change, i, value));
        }
        return row;
    }

    private GenericRowData start(RowKind rowKind, DynamoDbChange change) {
        GenericRowData row = new GenericRowData(rowKind, names.length + metadata.length);
        for (int i = 0; i < metadata.length; i++) {
            row.setField(names.length + i, metadata[i].of(change));
        }
        return row;
    }

    private @Nullable Object field(DynamoDbChange change, int index, @Nullable AttributeValue value) {
        Object field;
        try {
            field = ItemColumn.readNullable(columns[index], value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "attribute '" + names[index] + "' of item " + change.keys() + " " + reason(e), e);
        }
        if (field == null && !nullable[index]) {
            throw new IllegalArgumentException("attribute '" + names[index] + "' of item " + change.keys()
                    + " must be there, because its column is NOT NULL");
        }
        return field;
    }

    /** Without the value: it may be what no log should hold. */
    private static String reason(RuntimeException e) {
        return e instanceof ArithmeticException || e instanceof NumberFormatException
                ? "must fit the type of its column"
                : Objects.toString(e.getMessage());
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return produced;
    }
}
