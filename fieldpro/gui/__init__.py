"""The window: Qt lives in this package and nowhere else.

Three rules keep it quick and calm:

1. The GUI thread never waits. Meters are spoken to by `PortWorker` threads, files and the store by `lanes.Lane`
   threads; whatever they have to say comes back through one `bridge.Bridge`.
2. Pages are built on their first visit, and only they may import NumPy, pyqtgraph or the store, so that the first
   paint needs Qt alone.
3. Colours, sizes and targets come from `roles` and `density` through a `look.Look`; no widget names a colour.

`workbench.Workbench` is what a page is given; `page.Page` is what a page is; `registry.PAGES` lists them.
"""
