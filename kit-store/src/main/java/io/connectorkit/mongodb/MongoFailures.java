package io.connectorkit.mongodb;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.bulk.WriteConcernError;
import io.connectorkit.failure.FailureKind;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BSONException;
import org.jspecify.annotations.Nullable;

/**
 * What MongoDB's errors say about trying again, and which of their words may be repeated.
 *
 * <p>Codes: <a href="https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml">error_codes.yml</a>,
 * and the driver specifications "Retryable Writes" and "Server Discovery and Monitoring" for what passes by itself.
 */
final class MongoFailures {

    static final int DUPLICATE_KEY = 11000;

    /** The index every collection has on {@code _id}. */
    static final String ID_INDEX = "_id_";

    /** Elections, shutdowns, recovering nodes, networks, limits of time, and conflicts with other writers. */
    private static final Set<Integer> PASSING = Set.of(
            6, 7, 24, 43, 46, 50, 63, 64, 89, 91, 112, 117, 150, 189, 234, 246, 251, 262, 290, 317, 358, 384, 9001,
            10058, 10107, 11600, 11602, 13388, 13435, 13436);

    /** Asks for less load: 462 of MongoDB, 16500 of Azure Cosmos DB. */
    private static final Set<Integer> THROTTLES = Set.of(462, 16500);

    /** Credentials, rights, deployments and options: no change would get through. */
    private static final Set<Integer> EVERY_CHANGE = Set.of(8, 13, 18, 20, 33, 59, 61, 79, 100, 166, 263, 303, 391);

    private static final Pattern INDEX = Pattern.compile(" index: (?:\\S*\\$)?(.+?)(?: dup key:|$)");
    private static final Pattern FIRST_VALUE = Pattern.compile("[\\[{(\"'`].*", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private MongoFailures() {}

    /** What {@code e}, which hit a whole request, says about trying again. */
    static FailureKind kind(RuntimeException e) {
        if (e instanceof MongoSecurityException) {
            return e.getCause() instanceof MongoSocketException || e.getCause() instanceof MongoInterruptedException
                    ? FailureKind.RETRYABLE
                    : FailureKind.FATAL;
        } else if (e instanceof MongoTimeoutException) {
            return saysUnauthenticated(e) ? FailureKind.FATAL : FailureKind.RETRYABLE;
        } else if (e instanceof MongoServerException server) {
            return kind(server, server.getCode());
        } else if (e instanceof MongoSocketException || e instanceof MongoInterruptedException) {
            return FailureKind.RETRYABLE;
        } else if (e instanceof BSONException || e instanceof IllegalArgumentException) {
            // A document that BSON cannot hold; halving the batch finds it.
            return FailureKind.REJECTED;
        }
        boolean mayPass = e instanceof MongoException mongo
                && (mongo.hasErrorLabel("RetryableWriteError") || mongo.getCode() < -1);
        return mayPass ? FailureKind.RETRYABLE : FailureKind.FATAL;
    }

    private static FailureKind kind(MongoException e, int code) {
        if (e.hasErrorLabel("SystemOverloadedError")) {
            return FailureKind.THROTTLED;
        }
        boolean passes = e.hasErrorLabel("RetryableWriteError")
                || e.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL)
                || e.hasErrorLabel(MongoException.UNKNOWN_TRANSACTION_COMMIT_RESULT_LABEL);
        return passes ? FailureKind.RETRYABLE : kind(code);
    }

    /** What an error code says, of a request or of one write in it. */
    static FailureKind kind(int code) {
        if (THROTTLES.contains(code)) {
            return FailureKind.THROTTLED;
        } else if (PASSING.contains(code)) {
            return FailureKind.RETRYABLE;
        }
        return EVERY_CHANGE.contains(code) ? FailureKind.FATAL : FailureKind.REJECTED;
    }

    /** Written but not confirmed as asked: 79 and 100 never will be, everything else may be the next time. */
    static FailureKind kind(WriteConcernError error) {
        return error.getCode() == 79 || error.getCode() == 100 ? FailureKind.FATAL : FailureKind.RETRYABLE;
    }

    /** A server selection that ends in a timeout tells of failed logins in its description of the servers only. */
    private static boolean saysUnauthenticated(RuntimeException e) {
        return String.valueOf(e.getMessage()).contains("MongoSecurityException")
                && !String.valueOf(e.getMessage()).contains("MongoSocket");
    }

    /** Name of the unique index that a duplicate key error is about; null when the server does not say. */
    static @Nullable String index(String message) {
        Matcher index = INDEX.matcher(message);
        return index.find() ? index.group(1).trim() : null;
    }

    /** {@code e} without what it may quote of documents; network and login errors stay as they are. */
    static Exception safe(RuntimeException e) {
        if (e instanceof MongoServerException server && !(e instanceof MongoSecurityException)) {
            return new MongoFailure(describe(server.getCode(), name(server), text(server)), e);
        } else if (e instanceof MongoException) {
            return e;
        }
        return new MongoFailure(
                "a document could not be encoded as BSON: " + e.getClass().getSimpleName(), e);
    }

    private static String name(MongoServerException e) {
        return e instanceof MongoCommandException command ? command.getErrorCodeName() : "";
    }

    private static String text(MongoServerException e) {
        String text = e instanceof MongoCommandException command ? command.getErrorMessage() : e.getMessage();
        return text == null ? "" : text;
    }

    /** {@code error 14 (TypeMismatch): Cannot increment with non-numeric argument: <values hidden>}. */
    static String describe(int code, String name, String message) {
        return "error " + code + (name.isEmpty() ? "" : " (" + name + ")")
                + (message.isEmpty() ? "" : ": " + withoutValues(message));
    }

    /** Servers quote field names and values alike: everything from the first quote or bracket on goes, and numbers. */
    static String withoutValues(String message) {
        String cut = FIRST_VALUE.matcher(message).replaceFirst("<values hidden>");
        return NUMBER.matcher(cut).replaceAll("#");
    }

    static String describe(WriteConcernError error) {
        return "the write concern was not met: "
                + describe(
                        error.getCode(), error.getCodeName(), error.getMessage().toLowerCase(Locale.ROOT));
    }
}
