"""Request-side kernel: the application, its pages, forms, lists, languages and headers."""
