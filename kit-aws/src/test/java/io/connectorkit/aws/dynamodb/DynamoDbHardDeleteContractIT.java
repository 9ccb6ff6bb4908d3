package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsServers;

/** The contract on a real table whose deletes leave nothing behind, with versions as text. */
class DynamoDbHardDeleteContractIT extends DynamoDbSinkContractIT {

    DynamoDbHardDeleteContractIT(AwsServers servers) {
        super(servers);
    }

    @Override
    DynamoDbTable guarded(DynamoDbTable unguarded) {
        return unguarded.withVersion("version", DynamoDbTable.VersionType.TEXT);
    }

    @Override
    protected boolean remembersDeletes() {
        return false;
    }
}
