package io.connectorkit.elasticsearch;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.sink.Extractor;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keys for records that have none: a random prefix for each writer and a counter. Ids that grow share their beginnings,
 * which Elasticsearch finds and stores faster than random ones.
 */
final class GeneratedKeys<T> implements Extractor<T, ChangeKey> {

    private static final long serialVersionUID = 1L;

    private transient @Nullable String prefix;
    private transient long counter;

    @Override
    public ChangeKey extract(T record) {
        String own = prefix;
        if (own == null) {
            own = UUID.randomUUID() + "-";
            prefix = own;
        }
        return ChangeKey.of(own + HexFormat.of().toHexDigits(counter++));
    }
}
