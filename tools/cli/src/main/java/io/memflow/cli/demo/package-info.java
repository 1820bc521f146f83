/** The demo: boots a small real guest and looks into it while it runs. */
package io.memflow.cli.demo;
