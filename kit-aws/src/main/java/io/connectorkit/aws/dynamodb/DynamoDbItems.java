package io.connectorkit.aws.dynamodb;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Turns plain Java values into the attributes of an item: maps and records into items, strings, enums, UUIDs and times
 * into strings (times in ISO 8601), numbers, booleans, bytes, lists, sets of strings, numbers or bytes, and nested maps
 * and records.
 *
 * <p>A null or an empty {@code Optional} at the top level is left out, within a list or a nested value it is NULL.
 * Attributes are named as keys and record components are. For other names, converters or beans see {@link DynamoDbBeans}.
 */
public final class DynamoDbItems {

    private static final ClassValue<RecordComponent[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            for (RecordComponent component : components) {
                component.getAccessor().trySetAccessible();
            }
            return components;
        }
    };

    private static final AttributeValue NULL = AttributeValue.fromNul(true);

    private DynamoDbItems() {}

    /** The item of a record or of a map with string keys. */
    public static Map<String, AttributeValue> of(Object recordOrMap) {
        Map<String, AttributeValue> item = new HashMap<>();
        if (recordOrMap instanceof Map<?, ?> map) {
            map.forEach((name, value) -> put(item, name, value));
        } else if (recordOrMap instanceof Record row) {
            for (RecordComponent component : COMPONENTS.get(row.getClass())) {
                put(item, component.getName(), read(row, component));
            }
        } else {
            throw new IllegalArgumentException("an item must be a record or a map, got "
                    + recordOrMap.getClass().getName() + "; map beans with DynamoDbBeans");
        }
        return item;
    }

    private static void put(Map<String, AttributeValue> item, Object name, @Nullable Object value) {
        AttributeValue attribute = attribute(value);
        if (attribute != NULL) {
            item.put(name(name), attribute);
        }
    }

    private static String name(Object name) {
        if (name instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(
                "attribute names must be strings, got a " + name.getClass().getName());
    }

    private static @Nullable Object read(Record row, RecordComponent component) {
        try {
            return component.getAccessor().invoke(row);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(
                    "record " + row.getClass().getName() + " must be accessible; make it public", e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(component + " failed", e.getCause());
        }
    }

    /** One value as an attribute. */
    public static AttributeValue value(Object value) {
        return attribute(value);
    }

    private static AttributeValue attribute(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return attribute(optional.orElse(null));
        } else if (value == null) {
            return NULL;
        } else if (value instanceof AttributeValue attribute) {
            return attribute;
        } else if (value instanceof String
                || value instanceof Enum
                || value instanceof UUID
                || value instanceof Character
                || value instanceof TemporalAccessor) {
            return AttributeValue.fromS(value.toString());
        } else if (value instanceof Number number) {
            return AttributeValue.fromN(number(number));
        } else if (value instanceof Boolean bool) {
            return AttributeValue.fromBool(bool);
        } else if (isBinary(value)) {
            return AttributeValue.fromB(bytes(value));
        } else if (value instanceof Set<?> set) {
            return set(set);
        } else if (value instanceof Collection<?> collection) {
            List<AttributeValue> elements = new ArrayList<>(collection.size());
            collection.forEach(element -> elements.add(attribute(element)));
            return AttributeValue.fromL(elements);
        } else if (value instanceof Map<?, ?> map) {
            Map<String, AttributeValue> nested = new HashMap<>();
            map.forEach((name, element) -> nested.put(name(name), attribute(element)));
            return AttributeValue.fromM(nested);
        } else if (value instanceof Record row) {
            Map<String, AttributeValue> nested = new HashMap<>();
            for (RecordComponent component : COMPONENTS.get(row.getClass())) {
                nested.put(component.getName(), attribute(read(row, component)));
            }
            return AttributeValue.fromM(nested);
        }
        throw new IllegalArgumentException(
                "no DynamoDB type for a " + value.getClass().getName());
    }

    private static String number(Number number) {
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            return number.toString();
        }
        if (number instanceof Double || number instanceof Float) {
            double real = number.doubleValue();
            if (Double.isNaN(real) || Double.isInfinite(real)) {
                throw new IllegalArgumentException("a number must be finite (DynamoDB), got " + real);
            }
        }
        return number instanceof BigDecimal ? number.toString() : new BigDecimal(number.toString()).toString();
    }

    private static boolean isBinary(Object value) {
        return value instanceof byte[] || value instanceof ByteBuffer || value instanceof SdkBytes;
    }

    private static SdkBytes bytes(Object value) {
        if (value instanceof byte[] array) {
            return SdkBytes.fromByteArray(array);
        }
        return value instanceof ByteBuffer buffer ? SdkBytes.fromByteBuffer(buffer) : (SdkBytes) value;
    }

    /** DynamoDB's sets have one type and are never empty; any other set is a list. */
    private static AttributeValue set(Set<?> set) {
        if (!set.isEmpty() && set.stream().allMatch(String.class::isInstance)) {
            return AttributeValue.fromSs(set.stream().map(Object::toString).toList());
        } else if (!set.isEmpty() && set.stream().allMatch(Number.class::isInstance)) {
            return AttributeValue.fromNs(
                    set.stream().map(number -> number((Number) number)).toList());
        } else if (!set.isEmpty() && set.stream().allMatch(DynamoDbItems::isBinary)) {
            return AttributeValue.fromBs(set.stream().map(DynamoDbItems::bytes).toList());
        }
        return AttributeValue.fromL(set.stream().map(DynamoDbItems::attribute).toList());
    }
}
