package io.connectorkit.aws.shard;

import java.time.Clock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** What all pacers of a reader share: the service, the time, and the bounded room for what they fetched. */
final class ShardDesk<R> {

    final ShardApi<R> api;
    final ShardSourceOptions options;
    final ShardTimer timer;
    final Clock clock;
    final RandomGenerator random;
    final ShardInbox<R> inbox = new ShardInbox<>();
    final ShardDozing dozing;

    private final AtomicLong buffered = new AtomicLong();
    private final Queue<ShardPacer<R>> forRoom = new ConcurrentLinkedQueue<>();

    ShardDesk(ShardApi<R> api, ShardSourceOptions options, ShardTimer timer, Clock clock, RandomGenerator random) {
        this.api = api;
        this.options = options;
        this.timer = timer;
        this.clock = clock;
        this.random = random;
        this.dozing = new ShardDozing(options, clock, random);
    }

    void deliver(ShardInbox.Delivery<R> arrived) {
        if (!arrived.page().records().isEmpty()) {
            dozing.recordSeen();
        }
        hold(arrived.page().records().size());
        inbox.add(arrived);
    }

    /** Records held. */
    long buffered() {
        return buffered.get();
    }

    void hold(int records) {
        buffered.addAndGet(records);
    }

    /** Records were emitted, or put aside: who waits for room goes on. */
    void release(int records) {
        buffered.addAndGet(-records);
        fillRoom();
    }

    /** Whether a shard may ask for more; else its pacer is resumed when it may. */
    boolean hasRoom(ShardPacer<R> pacer) {
        if (buffered.get() < options.bufferedRecords()) {
            return true;
        }
        forRoom.add(pacer);
        // Room may have been made between the look and the queue.
        fillRoom();
        return false;
    }

    private void fillRoom() {
        while (buffered.get() < options.bufferedRecords()) {
            ShardPacer<R> pacer = forRoom.poll();
            if (pacer == null) {
                return;
            }
            pacer.resume();
        }
    }
}
