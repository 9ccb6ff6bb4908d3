package io.connectorkit.elasticsearch;

/** Documents by a field, on a scripted server. */
class FieldLookupContractTest extends FieldLookupContract {

    FieldLookupContractTest() {
        super(new FakeIndices());
    }
}
