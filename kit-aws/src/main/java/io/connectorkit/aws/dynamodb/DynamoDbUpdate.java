package io.connectorkit.aws.dynamodb;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One step of an item: attributes to set, to remove and to add to; all others stay as they are. An item that is not
 * there is made.
 *
 * <p>Names are top-level attributes, dots included. Immutable; each call returns a copy.
 *
 * @param set new values
 * @param remove attributes that go
 * @param add numbers to add to a number (missing is 0), or elements to add to a set
 */
public record DynamoDbUpdate(Map<String, AttributeValue> set, Set<String> remove, Map<String, AttributeValue> add) {

    public DynamoDbUpdate {
        set = Map.copyOf(set);
        remove = Set.copyOf(remove);
        add = Map.copyOf(add);
        Set<String> seen = remove.isEmpty() && add.isEmpty() ? Set.of() : new HashSet<>(set.keySet());
        for (Set<String> names : List.of(remove, add.keySet())) {
            for (String name : names) {
                if (!seen.add(name)) {
                    throw new IllegalArgumentException(
                            "attribute '" + name + "' must be set, removed or added to, not two of them");
                }
            }
        }
    }

    /** Changes nothing yet; written as it is, it makes sure that the item exists. */
    public static DynamoDbUpdate empty() {
        return new DynamoDbUpdate(Map.of(), Set.of(), Map.of());
    }

    public static DynamoDbUpdate ofSet(Map<String, AttributeValue> set) {
        return new DynamoDbUpdate(set, Set.of(), Map.of());
    }

    /** {@code value} as {@link DynamoDbItems#value} turns it into an attribute. */
    public DynamoDbUpdate withSet(String name, Object value) {
        return new DynamoDbUpdate(with(set, name, DynamoDbItems.value(value)), remove, add);
    }

    public DynamoDbUpdate withRemove(String name) {
        Set<String> more = new LinkedHashSet<>(remove);
        more.add(name);
        return new DynamoDbUpdate(set, more, add);
    }

    /** Adds to a number. Without a version a retry or a replay adds again. */
    public DynamoDbUpdate withAdd(String name, Number amount) {
        AttributeValue value = AttributeValue.fromN(new BigDecimal(amount.toString()).toPlainString());
        return new DynamoDbUpdate(set, remove, with(add, name, value));
    }

    private static Map<String, AttributeValue> with(
            Map<String, AttributeValue> map, String name, AttributeValue value) {
        Map<String, AttributeValue> more = new LinkedHashMap<>(map);
        more.put(name, value);
        return more;
    }

    /** Names only: values never reach a log. */
    @Override
    public String toString() {
        return "DynamoDbUpdate[set=" + set.keySet() + ", remove=" + remove + ", add=" + add.keySet() + "]";
    }
}
