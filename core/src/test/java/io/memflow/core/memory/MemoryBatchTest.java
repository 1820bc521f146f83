package io.memflow.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class MemoryBatchTest {
    private final MemorySegment buffer = MemorySegment.ofArray(new byte[64]);

    @Test
    void requestsArePendingUntilFinished() {
        MemoryBatch batch = new MemoryBatch();
        int request = batch.add(0x1000, buffer, 8, 16);

        assertThat(batch.status(request)).isEqualTo(RequestStatus.PENDING);
        assertThat(batch.transferred(request)).isZero();
        assertThat(batch.allWhole()).isFalse();
        batch.finish(request);
        assertThat(batch.status(request)).isEqualTo(RequestStatus.WHOLE);
        assertThat(batch.transferred(request)).isEqualTo(16);
        assertThat(batch.allWhole()).isTrue();
    }

    @Test
    void faultsOfOneCauseThatTouchBecomeOne() {
        MemoryBatch batch = new MemoryBatch();
        batch.add(0, buffer);
        batch.fault(0, 4, 4, Fault.NOT_PRESENT);
        batch.fault(0, 8, 2, Fault.NOT_PRESENT);
        batch.fault(0, 10, 2, Fault.INPUT_OUTPUT);
        batch.fault(0, 20, 2, Fault.INPUT_OUTPUT);
        batch.finish(0);

        assertThat(batch.faultCount()).isEqualTo(3);
        assertThat(batch.faultLength(0)).isEqualTo(6);
        assertThat(batch.faultOffset(2)).isEqualTo(20);
        assertThat(batch.status(0)).isEqualTo(RequestStatus.PARTIAL);
        assertThat(batch.transferred(0)).isEqualTo(54);
    }

    @Test
    void faultsOfDifferentRequestsStayApart() {
        MemoryBatch batch = new MemoryBatch();
        batch.add(0, buffer, 0, 8);
        batch.add(8, buffer, 8, 8);
        batch.fail(0, Fault.NOT_PRESENT);
        batch.fail(1, Fault.NOT_PRESENT);

        assertThat(batch.faultCount()).isEqualTo(2);
        assertThat(batch.faultRequest(1)).isEqualTo(1);
        assertThat(batch.status(0)).isEqualTo(RequestStatus.FAILED);
        assertThat(batch.status(1)).isEqualTo(RequestStatus.FAILED);
    }

    @Test
    void restartKeepsRequestsAndForgetsResults() {
        MemoryBatch batch = new MemoryBatch();
        batch.add(0x2000, buffer);
        batch.fail(0, Fault.DENIED);
        batch.restart();

        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.address(0)).isEqualTo(0x2000);
        assertThat(batch.faultCount()).isZero();
        assertThat(batch.status(0)).isEqualTo(RequestStatus.PENDING);
    }

    @Test
    void clearedBatchTakesNewRequestsAsIfNew() {
        MemoryBatch batch = new MemoryBatch(0);
        for (int i = 0; i < 40; i++) {
            batch.add(i, buffer, i, 1);
            batch.fail(i, Fault.DENIED);
        }
        batch.clear();
        batch.add(7, buffer);
        batch.finish(0);

        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.allWhole()).isTrue();
    }

    @Test
    void refusesSlicesOutsideTheBuffer() {
        MemoryBatch batch = new MemoryBatch();
        assertThatThrownBy(() -> batch.add(0, buffer, 60, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> batch.add(0, buffer, -1, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> batch.add(0, buffer, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(batch.size()).isZero();
    }
}
