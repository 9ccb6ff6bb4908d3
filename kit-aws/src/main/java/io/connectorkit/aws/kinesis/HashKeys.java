package io.connectorkit.aws.kinesis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;

/** The hash keys that a shard holds, from the first to the last one. */
record HashKeys(BigInteger first, BigInteger last) {

    static HashKeys of(HashKeyRange range) {
        return new HashKeys(new BigInteger(range.startingHashKey()), new BigInteger(range.endingHashKey()));
    }

    /** Whether a record of these keys belongs to the shard. */
    boolean hold(String partitionKey, @Nullable String explicitHashKey) {
        BigInteger key = explicitHashKey == null ? digest(partitionKey) : new BigInteger(explicitHashKey);
        return key.compareTo(first) >= 0 && key.compareTo(last) <= 0;
    }

    /** The hash key that the service gives a partition key: its MD5 as a number. */
    private static BigInteger digest(String partitionKey) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            return new BigInteger(1, md5.digest(partitionKey.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
