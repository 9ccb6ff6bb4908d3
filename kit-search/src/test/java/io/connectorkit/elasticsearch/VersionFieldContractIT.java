package io.connectorkit.elasticsearch;

import io.connectorkit.change.WriteMode;
import java.util.EnumSet;
import java.util.Set;

/** Guarded by a field of the document, which takes versions of any width. */
class VersionFieldContractIT extends NodeContract {

    VersionFieldContractIT(ElasticsearchNode node) {
        super(node, "0s");
    }

    @Override
    WritePlan plan(WriteMode mode) {
        return WritePlan.of(
                ElasticsearchWriteOptions.defaults().withReadersAlias(readers()).withVersionField("seq"), mode);
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
