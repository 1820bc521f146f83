package io.memflow.guest;

/** Whether other programs can reach the guest's QEMU monitor. Our own control of the guest does not depend on it. */
public enum Monitor {
    /** A QMP socket is open in the guest's folder and named on QEMU's command line. */
    ON,
    /** QEMU shows no monitor to anybody. */
    OFF
}
