package io.connectorkit.elasticsearch;

/** Documents by id, on a scripted server. */
class ElasticsearchLookupContractTest extends IdLookupContract {

    ElasticsearchLookupContractTest() {
        super(new FakeIndices());
    }
}
