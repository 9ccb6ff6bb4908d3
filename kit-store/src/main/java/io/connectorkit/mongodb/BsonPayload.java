package io.connectorkit.mongodb;

import com.mongodb.MongoClientSettings;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonSerializationException;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.codecs.pojo.PojoCodecProvider;
import org.bson.conversions.Bson;
import org.bson.io.BasicOutputBuffer;
import org.bson.json.JsonMode;
import org.bson.json.JsonParseException;
import org.bson.json.JsonWriterSettings;

/** What users hand over as a document, as BSON; and BSON as bytes, for dead letters. */
final class BsonPayload implements PayloadCodec<BsonDocument> {

    private static final long serialVersionUID = 1L;

    private static final int INITIAL_BYTES = 512;

    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

    /** The driver's types, records among them, and then any POJO. */
    static final CodecRegistry REGISTRY = CodecRegistries.fromRegistries(
            MongoClientSettings.getDefaultCodecRegistry(),
            CodecRegistries.fromProviders(
                    PojoCodecProvider.builder().automatic(true).build()));

    private static final Codec<Document> DOCUMENTS = REGISTRY.get(Document.class);

    private static final EncoderContext PLAIN = EncoderContext.builder().build();

    /** A driver document, BSON bytes, extended JSON, a map, a record or a POJO. */
    static BsonDocument of(Object document) {
        if (document instanceof BsonDocument bson) {
            return bson;
        } else if (document instanceof Document plain) {
            return encoded(plain);
        } else if (document instanceof Bson bson) {
            return bson.toBsonDocument(BsonDocument.class, REGISTRY);
        } else if (document instanceof byte[] bytes) {
            return decoded(bytes);
        } else if (document instanceof String json) {
            try {
                return BsonDocument.parse(json);
            } catch (JsonParseException e) {
                // Its message quotes the text.
                throw new IllegalArgumentException("a document given as text must be one JSON object");
            }
        } else if (document instanceof Map<?, ?> map) {
            Document copy = new Document();
            map.forEach((name, value) -> copy.put(String.valueOf(name), value));
            return encoded(copy);
        }
        return encoded(document);
    }

    /** Straight to bytes: those are what is sent. What BSON cannot hold stays a tree, to be rejected with its key. */
    private static BsonDocument encoded(Object object) {
        try {
            return new RawBsonDocument(bytes(object));
        } catch (BsonSerializationException e) {
            return object instanceof Document document
                    ? document.toBsonDocument(BsonDocument.class, REGISTRY)
                    : refuse(object);
        } catch (CodecConfigurationException | BsonInvalidOperationException e) {
            return refuse(object);
        }
    }

    private static BsonDocument refuse(Object object) {
        throw new IllegalArgumentException(
                "a document must be a Bson, BSON bytes, JSON text, a map, a record or a POJO, got "
                        + object.getClass().getName());
    }

    @SuppressWarnings("unchecked") // The codec is the one of the object's own class.
    private static byte[] bytes(Object object) {
        BasicOutputBuffer buffer = new BasicOutputBuffer(INITIAL_BYTES);
        try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            if (object instanceof Document document) {
                DOCUMENTS.encode(writer, document, PLAIN);
            } else {
                ((Codec<Object>) REGISTRY.get(object.getClass())).encode(writer, object, PLAIN);
            }
        }
        return buffer.toByteArray();
    }

    /** {@code document} as bytes; an exception where BSON cannot hold it. */
    static RawBsonDocument raw(BsonDocument document) {
        return document instanceof RawBsonDocument raw ? raw : new RawBsonDocument(bytes(document));
    }

    private static BsonDocument decoded(byte[] bytes) {
        try (BsonBinaryReader reader = new BsonBinaryReader(ByteBuffer.wrap(bytes))) {
            return CODEC.decode(reader, DecoderContext.builder().build());
        }
    }

    /** BSON, or extended JSON of what BSON cannot hold (a name with NUL): that is one reason to be a dead letter. */
    @Override
    public byte[] encode(BsonDocument payload) {
        try {
            return bytes(payload);
        } catch (BsonSerializationException e) {
            JsonWriterSettings exact =
                    JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();
            return payload.toJson(exact).getBytes(StandardCharsets.UTF_8);
        }
    }

    @Override
    public BsonDocument decode(byte[] bytes) throws IOException {
        try {
            return isBson(bytes) ? decoded(bytes) : BsonDocument.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            // Without a cause: it may quote the text.
            throw new IOException("a dead letter's payload must be a BSON document, got " + bytes.length + " bytes");
        }
    }

    /** BSON starts with its length; four characters of JSON would be one of half a gigabyte. */
    private static boolean isBson(byte[] bytes) {
        return bytes.length >= 5
                && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == bytes.length;
    }

    /** Bytes that {@code document} takes, a text by its length: exact for ASCII. */
    static long size(BsonDocument document) {
        if (document instanceof RawBsonDocument raw) {
            return raw.getByteLength();
        }
        long bytes = 5;
        for (Map.Entry<String, BsonValue> field : document.entrySet()) {
            bytes += 2 + field.getKey().length() + size(field.getValue());
        }
        return bytes;
    }

    private static long size(BsonValue value) {
        BsonType type = value.getBsonType();
        return switch (type) {
            case DOCUMENT -> size(value.asDocument());
            case ARRAY -> {
                long bytes = 5;
                for (BsonValue element : value.asArray()) {
                    bytes += 4 + size(element);
                }
                yield bytes;
            }
            case STRING -> 5 + value.asString().getValue().length();
            case BINARY -> 5 + value.asBinary().getData().length;
            case INT32 -> 4;
            case BOOLEAN -> 1;
            case NULL, UNDEFINED, MIN_KEY, MAX_KEY -> 0;
            case OBJECT_ID -> 12;
            case DECIMAL128 -> 16;
            default -> 8;
        };
    }
}
