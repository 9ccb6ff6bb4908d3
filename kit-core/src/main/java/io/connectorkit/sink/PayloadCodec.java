package io.connectorkit.sink;

import java.io.IOException;
import java.io.Serializable;

/**
 * A destination's payload as bytes and back, for dead letters.
 *
 * @param <P> the payload
 */
public interface PayloadCodec<P> extends Serializable {

    byte[] encode(P payload) throws IOException;

    P decode(byte[] bytes) throws IOException;

    /** For payloads that are bytes already. */
    static PayloadCodec<byte[]> bytes() {
        return new PayloadCodec<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public byte[] encode(byte[] payload) {
                return payload;
            }

            @Override
            public byte[] decode(byte[] bytes) {
                return bytes;
            }
        };
    }
}
