package io.connectorkit.mongodb;

/** The contract on a MongoDB-wire server, with deletes that leave nothing. */
class MongoHardDeleteContractIT extends MongoSinkContractIT {

    @Override
    MongoDocumentOptions documents() {
        return MongoDocumentOptions.defaults();
    }

    @Override
    protected boolean remembersDeletes() {
        return false;
    }
}
