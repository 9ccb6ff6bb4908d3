package io.connectorkit.aws.firehose;

/** How the records of a delivery can be told apart, since Firehose puts their bytes next to each other. */
public enum FirehoseFraming {
    /** As they are: for formats that end themselves, and for streams whose processors split. */
    NONE,
    /** A line feed ends each record; records that hold one are refused. */
    NEWLINE,
    /** Four bytes of length, big-endian, begin each record. */
    LENGTH
}
