def func(a):
    """A function to divide one by a.

    >>> func(5) == 0.2
    True

    >>> func(0)
    Traceback (most recent call last):
    ZeroDivisionError: division by zero

    >>> for i in range(1, 4):
    ...     print(func(i))
    1.0
    0.5
    0.3333333333333333

    Returns: 1 / a.
    """
    return 1 / a

if __name__ == "__main__":
    import doctest

    doctest.testmod()
