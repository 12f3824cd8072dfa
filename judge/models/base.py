"""What all tables share: naming of constraints, and the types of columns."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
"""A point in time, by the database's clock."""

Created = Annotated[
    datetime, mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
]
Key = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
Texts = Annotated[dict[str, str], mapped_column(JSONB)]
"""File names to contents."""


class Base(DeclarativeBase):
    """The base of every table. Named constraints let migrations name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text}
