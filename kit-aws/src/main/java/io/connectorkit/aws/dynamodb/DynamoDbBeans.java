package io.connectorkit.aws.dynamodb;

import io.connectorkit.sink.Extractor;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Turns classes annotated for the SDK's enhanced client ({@code @DynamoDbBean}, {@code @DynamoDbImmutable}) into items.
 * Needs {@code software.amazon.awssdk:dynamodb-enhanced} on the class path.
 *
 * @param <T> the annotated class
 */
public final class DynamoDbBeans<T> implements Extractor<T, Map<String, AttributeValue>> {

    private static final long serialVersionUID = 1L;

    private final Class<T> type;

    /** Read once for each copy that a job's graph is sent as. */
    private transient @Nullable TableSchema<T> schema;

    private DynamoDbBeans(Class<T> type) {
        this.type = type;
    }

    /** Null properties are left out. The annotations are read now, so that a mistake shows before the job starts. */
    public static <T> DynamoDbBeans<T> of(Class<T> type) {
        DynamoDbBeans<T> beans = new DynamoDbBeans<>(Objects.requireNonNull(type, "type"));
        beans.schema = TableSchema.fromClass(type);
        return beans;
    }

    @Override
    public Map<String, AttributeValue> extract(T bean) {
        TableSchema<T> known = schema;
        if (known == null) {
            known = TableSchema.fromClass(type);
            schema = known;
        }
        return known.itemToMap(bean, true);
    }
}
