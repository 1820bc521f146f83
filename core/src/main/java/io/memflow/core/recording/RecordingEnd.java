package io.memflow.core.recording;

/** How a recording ends. */
public enum RecordingEnd {
    /** Whoever recorded closed it: all requests are there. */
    FINISHED,
    /**
     * It ends without its end mark, as when the recording process was killed or its disk was full. All requests before the
     * cut are there, those behind it are not; one that the cut goes through counts as never recorded.
     */
    CUT
}
