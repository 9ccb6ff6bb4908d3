package io.connectorkit.elasticsearch;

import io.connectorkit.change.WriteMode;
import java.util.EnumSet;
import java.util.Set;

/** Guarded by Elasticsearch, with tombstones in place of what {@code index.gc_deletes} would forget at once. */
class TombstoneContractIT extends NodeContract {

    TombstoneContractIT(ElasticsearchNode node) {
        super(node, "0s");
    }

    @Override
    WritePlan plan(WriteMode mode) {
        return WritePlan.of(ElasticsearchWriteOptions.defaults().withReadersAlias(readers()), mode);
    }

    @Override
    String readers() {
        return name + "-live";
    }

    @Override
    protected Set<WriteMode> modes() {
        return EnumSet.of(WriteMode.NEWEST_WINS);
    }
}
