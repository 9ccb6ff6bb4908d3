package io.connectorkit.mongodb;

import com.mongodb.ConnectionString;
import com.mongodb.WriteConcern;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@link MongoOptions} must satisfy; each rule adds its problems to a list. */
final class MongoOptionRules {

    static final String SRV = "mongodb+srv://";

    private static final String PLAIN = "mongodb://";

    /** Bytes of a database name (MongoDB Limits and Thresholds). */
    private static final int DATABASE_BYTES = 63;

    /** Forbidden on Windows or elsewhere: portable names avoid all of them (MongoDB Limits and Thresholds). */
    private static final Pattern DATABASE_FORBIDDEN = Pattern.compile("[/\\\\. \"$*<>:|?\\x00]");

    /** To the last @: a password that is not percent-encoded may hold anything. */
    private static final Pattern USER_INFO = Pattern.compile("^([a-z+]*://)?.*@");

    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("(?i)([?&](?:[^=&]*password|authMechanismProperties)=)[^&]*");
    private static final Pattern WEAK = Pattern.compile("(?i)[?&]w=(0|-1)(&|$)");

    private MongoOptionRules() {}

    /** The connection string without its secrets. */
    static String masked(String uri) {
        return SECRET_PARAMETER
                .matcher(USER_INFO.matcher(uri).replaceFirst("$1***@"))
                .replaceAll("$1***");
    }

    static void uri(List<String> problems, String uri) {
        if (!uri.startsWith(PLAIN) && !uri.startsWith(SRV)) {
            problems.add("uri must start with 'mongodb://' or 'mongodb+srv://', got '" + masked(uri) + "'");
        } else if (uri.startsWith(PLAIN) && !parses(uri)) {
            // Not echoed with the driver's reason: that may quote a password.
            problems.add("uri must be a connection string such as mongodb://host:27017/?replicaSet=rs0 (user names and"
                    + " passwords percent-encoded), got '" + masked(uri) + "'");
        }
    }

    /** Names under {@code mongodb+srv} are resolved by whoever connects, not here. */
    private static boolean parses(String uri) {
        try {
            return !new ConnectionString(uri).getHosts().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static void database(List<String> problems, String database) {
        int bytes = database.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > DATABASE_BYTES) {
            problems.add("database must be between 1 and " + DATABASE_BYTES + " bytes (MongoDB), got " + bytes);
        } else if (DATABASE_FORBIDDEN.matcher(database).find()) {
            problems.add("database must not contain / \\ . space \" $ * < > : | ? (MongoDB), got '" + database + "'");
        }
    }

    static void collection(List<String> problems, String collection) {
        if (!isCollection(collection)) {
            problems.add("collection must not be empty, start with 'system.' or contain $ (MongoDB), got '" + collection
                    + "'");
        }
    }

    static boolean isCollection(String collection) {
        return !collection.isEmpty()
                && !collection.startsWith("system.")
                && !collection.startsWith(".")
                && !collection.endsWith(".")
                && collection.indexOf('$') < 0
                && collection.indexOf('\0') < 0;
    }

    static void credentials(List<String> problems, String uri, @Nullable String username, @Nullable String password) {
        if ((username == null) != (password == null)) {
            problems.add("username and password must be set together, got only "
                    + (username == null ? "password" : "username"));
        }
        if (username != null && USER_INFO.matcher(uri).find()) {
            problems.add("username must be given in one place, got the option and the uri");
        }
    }

    static void timeout(List<String> problems, String option, Duration timeout) {
        if (timeout.isNegative() || timeout.toMillis() < 1 || timeout.toMillis() > Integer.MAX_VALUE) {
            problems.add(option + " must be between 1 ms and " + Integer.MAX_VALUE + " ms, got " + timeout);
        }
    }

    static void writeConcern(List<String> problems, String uri, @Nullable WriteConcern writeConcern) {
        boolean weak = writeConcern == null ? WEAK.matcher(uri).find() : !writeConcern.isAcknowledged();
        if (weak) {
            problems.add("write concern must be acknowledged, or a checkpoint would cover writes that never happened,"
                    + " got w=0; use majority");
        }
    }
}
