/** Virtual-to-physical translation: one engine for every page-table format, and virtual address spaces as views. */
package io.memflow.core.translate;
