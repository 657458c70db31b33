"""Drawings of the pages, and pictures of them as files."""
