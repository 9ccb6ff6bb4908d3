package io.connectorkit.aws.dynamodb;

import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What an item counts towards DynamoDB's 400 KiB, by the published rules: UTF-8 bytes of names and strings, raw bytes of
 * binaries, one byte and one for every two digits of a number, three bytes for a list or map and one for each of its
 * elements. <a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html">Rules</a>
 */
final class ItemSize {

    private static final int COLLECTION_BYTES = 3;

    private ItemSize() {}

    static int of(Map<String, AttributeValue> attributes) {
        int size = 0;
        for (Map.Entry<String, AttributeValue> attribute : attributes.entrySet()) {
            size += utf8(attribute.getKey()) + of(attribute.getValue());
        }
        return size;
    }

    static int of(AttributeValue value) {
        return switch (value.type()) {
            case S -> utf8(value.s());
            case N -> number(value.n());
            case B -> value.b().asByteArrayUnsafe().length;
            case BOOL, NUL -> 1;
            case SS -> strings(value.ss());
            case NS -> {
                int size = 0;
                for (String number : value.ns()) {
                    size += number(number);
                }
                yield size;
            }
            case BS -> {
                int size = 0;
                for (var bytes : value.bs()) {
                    size += bytes.asByteArrayUnsafe().length;
                }
                yield size;
            }
            case L -> {
                int size = COLLECTION_BYTES;
                for (AttributeValue element : value.l()) {
                    size += 1 + of(element);
                }
                yield size;
            }
            case M -> COLLECTION_BYTES + value.m().size() + of(value.m());
            case UNKNOWN_TO_SDK_VERSION -> 1;
        };
    }

    private static int strings(List<String> strings) {
        int size = 0;
        for (String string : strings) {
            size += utf8(string);
        }
        return size;
    }

    /** Leading and trailing zeros do not count; a sign is one byte. */
    static int number(String text) {
        int digits = 0;
        int trailingZeros = 0;
        int sign = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '-' && i == 0) {
                sign = 1;
            } else if (c == 'e' || c == 'E') {
                break;
            } else if (c >= '0' && c <= '9' && (c != '0' || digits > 0)) {
                digits++;
                trailingZeros = c == '0' ? trailingZeros + 1 : 0;
            }
        }
        return 1 + sign + (digits - trailingZeros + 1) / 2;
    }

    /** Length in UTF-8, without encoding. */
    static int utf8(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x800) {
                // A surrogate pair is two chars and four bytes.
                bytes += Character.isSurrogate(c) ? 1 : 2;
            } else if (c >= 0x80) {
                bytes++;
            }
        }
        return bytes;
    }
}
