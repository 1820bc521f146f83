/** Virtual-to-physical translation: page-table formats as data, one walker, and virtual address spaces as views. */
package io.memflow.core.translate;
