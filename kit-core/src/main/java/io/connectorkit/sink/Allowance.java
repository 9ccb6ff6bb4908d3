package io.connectorkit.sink;

/** How much may arrive before anything has to be done about it, and how much of that has. */
final class Allowance {

    private int entries;
    private int entriesLeft;
    private long bytes;
    private long bytesLeft;

    /** Allows so much, and nothing of it has arrived. */
    void set(int allowedEntries, long allowedBytes) {
        entries = allowedEntries;
        entriesLeft = allowedEntries;
        bytes = allowedBytes;
        bytesLeft = allowedBytes;
    }

    boolean covers(int size) {
        return entriesLeft > 0 && size <= bytesLeft;
    }

    /** A change of this size has arrived. */
    void use(int size) {
        entriesLeft--;
        bytesLeft -= size;
    }

    /** Others have taken so many of the bytes. */
    void withdraw(long taken) {
        bytes -= taken;
        bytesLeft -= taken;
    }

    int usedEntries() {
        return entries - entriesLeft;
    }

    long usedBytes() {
        return bytes - bytesLeft;
    }
}
