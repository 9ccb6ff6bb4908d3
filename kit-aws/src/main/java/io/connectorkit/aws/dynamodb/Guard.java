package io.connectorkit.aws.dynamodb;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/** The condition that every write of a table carries, and the version that it leaves in the item. */
final class Guard {

    private static final String NOT_OLDER = "attribute_not_exists(#v) OR #v <= :v";
    private static final String NEWER = "attribute_not_exists(#v) OR #v < :v";
    private static final String NEW = "attribute_not_exists(#k)";

    private final DynamoDbTable table;
    private final WriteMode mode;
    private final DynamoDbTable.@Nullable Version version;

    /** Set once an item of the table has shown a version of the right type. */
    private volatile boolean verified;

    Guard(DynamoDbTable table, WriteMode mode) {
        this.table = table;
        this.mode = mode;
        this.version = table.version();
    }

    /** Null when every write is to be applied. */
    @Nullable
    String condition() {
        return switch (mode) {
            case NEWEST_WINS -> NOT_OLDER;
            case INSERT_ONLY -> NEW;
            case OVERWRITE -> null;
        };
    }

    /** The condition of a step that must not be applied twice. */
    @Nullable
    String conditionOfOnce() {
        return mode == WriteMode.NEWEST_WINS ? NEWER : condition();
    }

    /** Names that the condition uses; mutable. */
    Map<String, String> names() {
        Map<String, String> names = new HashMap<>(4);
        if (mode == WriteMode.NEWEST_WINS && version != null) {
            names.put("#v", version.attribute());
        } else if (mode == WriteMode.INSERT_ONLY) {
            names.put("#k", table.partitionKey());
        }
        return names;
    }

    /** Values that the condition uses; mutable. */
    Map<String, AttributeValue> values(Change<?> change) {
        Map<String, AttributeValue> values = new HashMap<>(4);
        AttributeValue value = mode == WriteMode.NEWEST_WINS ? versionOf(change) : null;
        if (value != null) {
            values.put(":v", value);
        }
        return values;
    }

    /** Values that the condition uses, of an item that holds its version already. */
    Map<String, AttributeValue> valuesIn(Map<String, AttributeValue> stamped) {
        AttributeValue value =
                mode == WriteMode.NEWEST_WINS && version != null ? stamped.get(version.attribute()) : null;
        return value == null ? Map.of() : Map.of(":v", value);
    }

    /** Puts the change's version into an item. */
    void stamp(Map<String, AttributeValue> item, Change<?> change) {
        AttributeValue value = versionOf(change);
        if (value == null || version == null) {
            return;
        }
        AttributeValue there = item.put(version.attribute(), value);
        if (there != null && !there.equals(value) && !sameNumber(there, value)) {
            throw new IllegalArgumentException("attribute '" + version.attribute()
                    + "' of the item must be the change's version or be left out, got another value");
        }
    }

    private static boolean sameNumber(AttributeValue one, AttributeValue other) {
        return one.type() == AttributeValue.Type.N
                && other.type() == AttributeValue.Type.N
                && new BigDecimal(one.n()).compareTo(new BigDecimal(other.n())) == 0;
    }

    @Nullable
    AttributeValue versionOf(Change<?> change) {
        ChangeVersion value = change.version();
        if (version == null || value == null) {
            return null;
        }
        if (version.type() == DynamoDbTable.VersionType.TEXT) {
            return AttributeValue.fromS(value.fixedWidth());
        }
        String digits = value.toString();
        if (digits.length() > ItemKey.DIGITS) {
            throw new IllegalArgumentException("version must have at most " + ItemKey.DIGITS
                    + " digits (a DynamoDB number), got " + digits.length()
                    + "; store it with withVersion(attribute, VersionType.TEXT)");
        }
        return AttributeValue.fromN(digits);
    }

    /**
     * Whether a refusal is to bring the item along. A version of another type is never older nor newer, so every change
     * would look stale for ever: the first refusal shows it.
     */
    ReturnValuesOnConditionCheckFailure onRefusal() {
        return verified || mode != WriteMode.NEWEST_WINS
                ? ReturnValuesOnConditionCheckFailure.NONE
                : ReturnValuesOnConditionCheckFailure.ALL_OLD;
    }

    /** What is wrong with the item that refused a write; null when nothing is. */
    @Nullable
    String problemWith(Map<String, AttributeValue> item) {
        if (version == null || item.isEmpty()) {
            return null;
        }
        AttributeValue there = item.get(version.attribute());
        boolean text = version.type() == DynamoDbTable.VersionType.TEXT;
        if (there == null
                || (text
                        ? there.type() == AttributeValue.Type.S && there.s().length() == ChangeVersion.MAX_DIGITS
                        : there.type() == AttributeValue.Type.N)) {
            verified = true;
            return null;
        }
        return "version attribute '" + version.attribute() + "' must hold "
                + (text ? "text of " + ChangeVersion.MAX_DIGITS + " digits" : "a number") + " (withVersion), got type "
                + there.type()
                + (there.type() == AttributeValue.Type.S ? " of " + there.s().length() + " chars" : "")
                + "; name another attribute or rewrite the table";
    }
}
