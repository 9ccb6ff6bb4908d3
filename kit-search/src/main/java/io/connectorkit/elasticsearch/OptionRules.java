package io.connectorkit.elasticsearch;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@link ElasticsearchOptions} must satisfy; each rule adds its problems to a list. */
final class OptionRules {

    /** Bytes of an index name (Elasticsearch create index API). */
    private static final int INDEX_BYTES = 255;

    private static final Pattern INDEX_FORBIDDEN = Pattern.compile("[\\\\/*?\"<>| ,#:\\p{Cntrl}]");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}|([0-9a-fA-F]{2}:){31}[0-9a-fA-F]{2}");
    private static final Pattern PATH_PREFIX = Pattern.compile("(/[A-Za-z0-9._~%-]+)+/?");

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]+");
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9-]+");
    private static final Pattern HEADER_FORBIDDEN = Pattern.compile("\\p{Cntrl}");
    private static final Set<String> OWN_HEADERS = Set.of(
            "authorization", "content-type", "content-length", "content-encoding", "accept", "accept-encoding", "host");

    private OptionRules() {}

    static void hosts(List<String> problems, List<String> hosts) {
        if (hosts.isEmpty()) {
            problems.add("hosts must name at least one node, got none");
        }
        for (String host : hosts) {
            if (host.indexOf('@') >= 0) {
                // Not echoed: it may hold a password.
                problems.add("hosts must be http://host:port or https://host:port without credentials;"
                        + " set username and password instead");
            } else if (!isHost(host)) {
                problems.add("hosts must be http://host:port or https://host:port, got '" + host + "'");
            }
        }
    }

    private static boolean isHost(String host) {
        try {
            URI uri = new URI(host);
            String path = uri.getRawPath();
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getPort() > 0
                    && uri.getPort() <= 0xFFFF
                    && (path == null || path.isEmpty() || path.equals("/"))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    static void index(List<String> problems, String index) {
        index(problems, "index", index);
    }

    static void index(List<String> problems, String option, String index) {
        if (index.isEmpty()) {
            problems.add(option + " must not be empty");
        } else if (!index.equals(index.toLowerCase(Locale.ROOT))) {
            problems.add(option + " must be lower case (Elasticsearch), got '" + index + "'");
        } else if (INDEX_FORBIDDEN.matcher(index).find()) {
            problems.add(
                    option + " must be one name without \\ / * ? \" < > | # : comma or space (Elasticsearch), got '"
                            + index + "'");
        } else if ("-_+".indexOf(index.charAt(0)) >= 0 || index.equals(".") || index.equals("..")) {
            problems.add(option + " must not start with - _ or + nor be . or .. (Elasticsearch), got '" + index + "'");
        } else if (index.getBytes(StandardCharsets.UTF_8).length > INDEX_BYTES) {
            problems.add(option + " must be at most " + INDEX_BYTES + " bytes (Elasticsearch), got "
                    + index.getBytes(StandardCharsets.UTF_8).length);
        }
    }

    /** A record's own index, as it is. */
    static String requireIndex(String index) {
        List<String> problems = new ArrayList<>(0);
        index(problems, "index of the record", index);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.get(0));
        }
        return index;
    }

    static void authentication(List<String> problems, ElasticsearchOptions.Authentication authentication) {
        if (authentication instanceof ElasticsearchOptions.Authentication.Basic basic) {
            if (basic.username() == null
                    || basic.username().isEmpty()
                    || basic.username().indexOf(':') >= 0) {
                problems.add(
                        "username must not be empty nor contain a colon (RFC 7617), got '" + basic.username() + "'");
            }
            if (basic.password() == null || basic.password().isEmpty()) {
                problems.add("password must not be empty");
            }
        } else if (authentication instanceof ElasticsearchOptions.Authentication.ApiKey key) {
            if (key.encoded() == null || !key.encoded().matches("[A-Za-z0-9+/=_-]+")) {
                problems.add("api-key must be the encoded key (base64 of id and key) that Elasticsearch hands out");
            }
        } else if (authentication instanceof ElasticsearchOptions.Authentication.Bearer bearer) {
            if (bearer.token() == null || !TOKEN.matcher(bearer.token()).matches()) {
                problems.add("bearer-token must be a token without spaces or line breaks (RFC 6750)");
            }
        }
    }

    /** Values are not echoed: they may be secrets. */
    static void headers(List<String> problems, Map<String, String> headers) {
        headers.forEach((name, value) -> {
            if (!HEADER_NAME.matcher(name).matches()) {
                problems.add(
                        "connection.headers must have names of letters, digits and - (RFC 9110), got '" + name + "'");
            } else if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                problems.add("connection.headers must not hold " + name + ", which the sink sets itself"
                        + (name.equalsIgnoreCase("Authorization")
                                ? "; set username and password, api-key or bearer-token"
                                : ""));
            }
            if (HEADER_FORBIDDEN.matcher(value).find()) {
                problems.add("connection.headers must have values without control characters (RFC 9110), got one in "
                        + name);
            }
        });
    }

    static void pathPrefix(List<String> problems, @Nullable String pathPrefix) {
        if (pathPrefix != null && !PATH_PREFIX.matcher(pathPrefix).matches()) {
            problems.add("connection.path-prefix must be a path like /search, got '" + pathPrefix + "'");
        }
    }

    static void trust(
            List<String> problems, List<String> hosts, @Nullable String certificate, @Nullable String fingerprint) {
        if (fingerprint != null && !SHA256.matcher(fingerprint).matches()) {
            problems.add("ssl.ca-fingerprint must be a SHA-256 in hex (64 digits, colons allowed), got '" + fingerprint
                    + "'");
        }
        if (certificate != null && fingerprint != null) {
            problems.add("ssl.ca-certificate and ssl.ca-fingerprint must not both be set; keep one");
        }
        boolean encrypted = hosts.stream().anyMatch(host -> host.startsWith("https:"));
        if ((certificate != null || fingerprint != null) && !encrypted) {
            problems.add("hosts must be https when ssl.ca-certificate or ssl.ca-fingerprint is set");
        }
    }

    static void timeout(List<String> problems, String option, Duration timeout) {
        if (timeout.isNegative() || timeout.toMillis() < 1 || timeout.toMillis() > Integer.MAX_VALUE) {
            problems.add(option + " must be between 1 ms and " + Integer.MAX_VALUE + " ms, got " + timeout);
        }
    }
}
