package io.connectorkit.sink;

import java.io.Serializable;

/** Reads one thing off a record. */
@FunctionalInterface
public interface Extractor<T, R> extends Serializable {

    /** May throw: the record is then rejected with the exception as its reason. */
    R extract(T record) throws Exception;
}
