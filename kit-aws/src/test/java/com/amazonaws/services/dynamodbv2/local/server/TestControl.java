package com.amazonaws.services.dynamodbv2.local.server;

/** Reaches the package-private constructor that switches DynamoDB Local's test control on. */
public final class TestControl {

    private TestControl() {}

    /** A server in memory, one database for all regions and keys, whose shards can be rolled over on demand. */
    public static LocalDynamoDBServerHandler handler() throws Exception {
        return new LocalDynamoDBServerHandler(new LocalDynamoDBRequestHandler(0, true, null, true, false, true), null);
    }
}
