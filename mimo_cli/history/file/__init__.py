"""The history's file: opened as its file system bears, brought forward, set aside when damaged."""
