package io.connectorkit.mongodb;

/** The contract on a scripted replica set, each batch a transaction. */
class MongoTransactionContractTest extends MongoSinkContractTest {

    @Override
    MongoOptions options(MongoOptions options) {
        return options.withTransactions();
    }
}
